import { countLines, MAX_COLUMNS, MAX_RECORD_LENGTH, type Refuse, type Row, type Splitter } from './splitter.js';

const SCALAR = /^(null|true|false|-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?)$/;
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Cuts JSON objects, one after the other or in one array, into rows. A value stays as it is written in the file
 * (`"text"`, `1.50`, `{"a": 1}`), so that nothing of it is lost; a missing one is null. Names come up as the file goes
 * on, so an early row may be shorter than a late one.
 * @see https://clickhouse.com/docs/interfaces/formats/JSONEachRow
 */
export function splitJson(refuse: Refuse): Splitter {
  const indexes = new Map<string, number>();
  const names: string[] = [];
  let rest = '';
  let linesBefore = 0;
  let place: 'start' | 'lines' | 'first item' | 'next item' | 'after item' | 'end' = 'start';

  return {
    names,
    isNamed: true,
    push: (piece) => cut(rest + piece),
    end() {
      const rows = cut(rest);
      if (rest !== '') throw refuse(`the object that begins in line ${linesBefore + 1} is never closed`);
      if (place.endsWith('item')) throw refuse('the list that it begins with is never closed');
      return rows;
    },
  };

  function cut(text: string): Row[] {
    const rows: Row[] = [];
    let start = toObject(text, 0);
    while (start < text.length) {
      const row = rowAt(text, start);
      if (!row) break;
      rows.push(row.values);
      place = place === 'start' || place === 'lines' ? 'lines' : 'after item';
      start = toObject(text, row.end);
    }
    linesBefore += countLines(text.slice(0, start));
    rest = text.slice(start);
    if (rest.length > MAX_RECORD_LENGTH) throw refuse(`the object that begins in line ${linesBefore + 1} never ends`);
    return rows;
  }

  /** Passes over what stands between objects; what follows must be an object or the end of the text. */
  function toObject(text: string, from: number): number {
    for (let at = skipSpace(text, from); at < text.length; at = skipSpace(text, at + 1)) {
      const mark = text[at];
      if (mark === '[' && place === 'start') place = 'first item';
      else if (mark === ',' && place === 'after item') place = 'next item';
      else if (mark === ']' && (place === 'first item' || place === 'after item')) place = 'end';
      else if (mark === '{' && place !== 'after item' && place !== 'end') return at;
      else throw wrongAt(text, at, 'no object begins where one is due');
    }
    return text.length;
  }

  /** The object that opens at `open`; null when its end is not there yet. */
  function rowAt(text: string, open: number): { values: Row; end: number } | null {
    const values: Row = names.map(() => null);
    let at = skipSpace(text, open + 1);
    if (text[at] === '}') return { values, end: at + 1 };
    for (;;) {
      const member = memberAt(text, at);
      if (!member) return null;
      const index = indexOf(member.name);
      values[index] ??= member.raw === 'null' ? null : member.raw; // of a repeated name the first counts
      at = skipSpace(text, member.end);
      if (at >= text.length) return null;
      if (text[at] === '}') return { values, end: at + 1 };
      if (text[at] !== ',') throw wrongAt(text, at, 'a comma is missing');
      at = skipSpace(text, at + 1);
    }
  }

  function memberAt(text: string, at: number): { name: string; raw: string; end: number } | null {
    if (at >= text.length) return null;
    if (text[at] !== '"') throw wrongAt(text, at, 'a name in double quotes is missing');
    const nameEnd = stringEnd(text, at);
    const colon = nameEnd === null ? text.length : skipSpace(text, nameEnd);
    const valueStart = skipSpace(text, colon + 1);
    if (nameEnd === null || valueStart >= text.length) return null;
    if (text[colon] !== ':') throw wrongAt(text, colon, 'a colon is missing');
    const end = valueEnd(text, valueStart);
    if (end === null) return null;
    const rawName = text.slice(at, nameEnd);
    const raw = text.slice(valueStart, end);
    if (!isValid(rawName) || !isValid(raw)) throw wrongAt(text, valueStart, 'a value is not valid JSON');
    return { name: unquote(rawName), raw, end };
  }

  function indexOf(name: string): number {
    const known = indexes.get(name);
    if (known !== undefined) return known;
    if (names.length >= MAX_COLUMNS) throw refuse(`its objects have more than ${MAX_COLUMNS} different names`);
    indexes.set(name, names.length);
    return names.push(name) - 1;
  }

  function wrongAt(text: string, at: number, reason: string): Error {
    return refuse(`in line ${linesBefore + countLines(text.slice(0, at)) + 1} ${reason}`);
  }
}

/** The text of a value as it is written in JSON; what is not a string stays as it is written. */
export function unquote(raw: string): string {
  if (raw.charCodeAt(0) !== 34) return raw;
  return raw.includes('\\') ? (JSON.parse(raw) as string) : raw.slice(1, -1); // a string, because it begins with a quote
}

function isValid(raw: string): boolean {
  const first = raw[0];
  if (first !== '"' && first !== '{' && first !== '[') return SCALAR.test(raw);
  if (first === '"' && !raw.includes('\\')) return true;
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value !== 'string' || !LONE_SURROGATE.test(value);
  } catch {
    return false;
  }
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code === 32 || (code >= 9 && code <= 13); code = text.charCodeAt(at)) at += 1;
  return at;
}

function valueEnd(text: string, start: number): number | null {
  const first = text[start];
  if (first === '"') return stringEnd(text, start);
  if (first === '{' || first === '[') return nestedEnd(text, start);
  for (let at = start; at < text.length; at += 1) if (',}] \t\r\n'.includes(text.charAt(at))) return at;
  return null;
}

function nestedEnd(text: string, start: number): number | null {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const mark = text[at];
    if (mark === '{' || mark === '[') depth += 1;
    else if (mark === '"') at = (stringEnd(text, at) ?? text.length) - 1;
    else if ((mark === '}' || mark === ']') && --depth === 0) return at + 1;
  }
  return null;
}

/** Where the string that opens at `open` is over. */
function stringEnd(text: string, open: number): number | null {
  for (let close = text.indexOf('"', open + 1); close >= 0; close = text.indexOf('"', close + 1)) {
    let slashes = 0;
    while (text[close - 1 - slashes] === '\\') slashes += 1;
    if (slashes % 2 === 0) return close + 1;
  }
  return null;
}
