import type { CsvDialect } from './table-format.js';
import { countLines, MAX_COLUMNS, MAX_RECORD_LENGTH, type Refuse, type Row, type Splitter } from './splitter.js';

const LINE_FEED = 10;
const RETURN = 13;
const SPACE = 32;
const TAB = 9;

/**
 * Cuts CSV into rows by the rules of the warehouse's own reader, so that both ways give the same values: `""` is an
 * empty text and nothing at all is null, as is `\N`; blanks around a value without quotes do not count, except between
 * tabs. Rows must all have as many values as the first; blank lines at the end do not count.
 * @see https://clickhouse.com/docs/interfaces/formats/CSV
 */
export function splitCsv({ delimiter, quote, header }: CsvDialect, refuse: Refuse): Splitter {
  const delimiterCode = delimiter.charCodeAt(0);
  const quoteCode = quote?.charCodeAt(0);
  const isBlank = (code: number) => delimiterCode !== TAB && (code === SPACE || code === TAB);
  let names: string[] | null = null;
  let isNamed = false;
  let rest = '';
  let linesBefore = 0;
  let blankLines = 0;

  return {
    push: (piece) => cut(rest + piece),
    end() {
      const rows = rest === '' ? [] : cut(`${rest}\n`);
      if (rest !== '') throw refuse(`the quote that opens in line ${linesBefore + 1} or after is never closed`);
      return rows;
    },
    get names() {
      return names ?? [];
    },
    get isNamed() {
      return isNamed;
    },
  };

  function cut(text: string): Row[] {
    const rows: Row[] = [];
    let start = 0;
    const line = (at: number) => linesBefore + countLines(text.slice(0, at)) + 1;
    for (let row = rowAt(text, start, line); row; row = rowAt(text, start, line)) {
      if (isLineEnd(text.slice(start, start + 2), row.end - start)) blankLines += 1;
      else keep(row.values, rows, () => line(start));
      start = row.end;
    }
    linesBefore += countLines(text.slice(0, start));
    rest = text.slice(start);
    if (rest.length > MAX_RECORD_LENGTH) throw refuse(`the record that begins in line ${linesBefore + 1} never ends`);
    return rows;
  }

  /** The row that begins at `start`; null when its end is not there yet. */
  function rowAt(text: string, start: number, line: (at: number) => number): { values: Row; end: number } | null {
    const values: Row = [];
    let at = start;
    for (;;) {
      while (isBlank(text.charCodeAt(at))) at += 1;
      const value = text.charCodeAt(at) === quoteCode ? quotedAt(text, at) : plainAt(text, at);
      if (!value) return null;
      values.push(value.text);
      at = value.end;
      while (isBlank(text.charCodeAt(at))) at += 1;
      const code = text.charCodeAt(at);
      if (code === delimiterCode) at += 1;
      else if (code === LINE_FEED) return { values, end: at + 1 };
      else if (at >= text.length || (code === RETURN && at + 1 >= text.length)) return null;
      else if (code === RETURN && text.charCodeAt(at + 1) === LINE_FEED) return { values, end: at + 2 };
      else if (code === RETURN)
        throw refuse(`line ${line(at)} ends with a carriage return only; save it with Windows or Unix line ends`);
      else throw refuse(`line ${line(at)} has text after a closing quote`);
    }
  }

  function quotedAt(text: string, open: number): { text: string; end: number } | null {
    const mark = quote ?? '';
    let value = '';
    for (let from = open + 1; ;) {
      const close = text.indexOf(mark, from);
      if (close < 0 || close + 1 >= text.length) return null;
      if (text.charCodeAt(close + 1) !== quoteCode) return { text: value + text.slice(from, close), end: close + 1 };
      value += text.slice(from, close + 1);
      from = close + 2;
    }
  }

  function plainAt(text: string, start: number): { text: string | null; end: number } | null {
    let end = start;
    for (let code = text.charCodeAt(end); code !== delimiterCode && code !== LINE_FEED && code !== RETURN;) {
      if (end >= text.length) return null;
      end += 1;
      code = text.charCodeAt(end);
    }
    let last = end;
    while (last > start && isBlank(text.charCodeAt(last - 1))) last -= 1;
    const value = text.slice(start, last);
    const isNull = value === '' || (value === '\\N' && last === end);
    return { text: isNull ? null : value, end };
  }

  function keep(values: Row, rows: Row[], line: () => number): void {
    if (names === null) {
      if (blankLines > 0) throw refuse('its first line is empty');
      names = nameColumns(header ? values : values.map(() => null));
      isNamed = header && names.every((name, index) => name === values[index]);
      if (names.length > MAX_COLUMNS) throw refuse(`it has more than ${MAX_COLUMNS} columns`);
      if (!header) rows.push(values);
    } else if (values.length !== names.length) {
      throw refuse(`line ${line()} has ${countOf(values)}, the first line has ${countOf(names)}`);
    } else {
      if (blankLines > 0 && names.length > 1) throw refuse(`a line before line ${line()} is empty`);
      for (; blankLines > 0; blankLines -= 1) rows.push([null]);
      rows.push(values);
    }
  }
}

function isLineEnd(text: string, length: number): boolean {
  return length === 1 || (length === 2 && text === '\r\n');
}

function countOf(values: readonly unknown[]): string {
  return values.length === 1 ? '1 value' : `${values.length} values`;
}

/** Gives a name to each column: one without a name is called by its place, a repeated one gets a number. */
function nameColumns(found: Row): string[] {
  const names = new Set<string>();
  found.forEach((title, index) => {
    const wanted = title?.trim() || `column_${index + 1}`;
    let name = wanted;
    for (let count = 2; names.has(name); count += 1) name = `${wanted}_${count}`;
    names.add(name);
  });
  return [...names];
}
