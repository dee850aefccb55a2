import { decodeBytes, quoteString } from './literal.js';
import { refuseInfile, refuseSecondStatement } from './refusals.js';
import type { InsertStatement, WriteStatement } from './statement-kinds.js';
import { type Token, tokenize } from './tokens.js';

/** Words after which a name follows, even one that looks like a clause. */
const BEFORE_NAMES = new Set(['INSERT', 'INTO', 'TABLE', 'FUNCTION', '.']);

/**
 * Reads an INSERT statement up to its data.
 * @returns undefined when the text has to be longer to tell
 */
export function parseInsert(text: string, isWhole: boolean): InsertStatement | WriteStatement | undefined {
  let settingsStart: number | undefined;
  let previous: Token | undefined;
  for (const token of tokenize(text)) {
    if (token.end === text.length && !isWhole) return undefined; // it may go on
    const isClause = token.kind === 'word' && token.depth === 0 && !BEFORE_NAMES.has(previous?.text ?? '');
    if (token.text === 'SELECT' || token.text === 'WITH') {
      if (token.depth === 0 || previous?.text === '(') return parseInsertSelect(text, isWhole);
    } else if (previous?.text === 'FROM' && token.text === 'INFILE') {
      refuseInfile();
    } else if (isClause && token.text === 'SETTINGS') settingsStart ??= token.start;
    else if (isClause && token.text === 'VALUES') {
      return insertOf(text, settingsStart ?? token.start, token.start, 'Values', token.end);
    } else if (previous?.text === 'FORMAT' && previous.depth === 0 && token.kind === 'word') {
      const format = text.slice(token.start, token.end);
      return insertOf(text, settingsStart ?? previous.start, previous.start, format, skipLineEnd(text, token.end));
    }
    previous = token;
  }
  return isWhole ? { kind: 'write', sql: decodeBytes(text) } : undefined;
}

function insertOf(
  text: string,
  settingsStart: number,
  formatStart: number,
  format: string,
  dataStart: number,
): InsertStatement {
  const target = decodeBytes(text.slice(0, settingsStart));
  const settings = decodeBytes(text.slice(settingsStart, formatStart));
  return {
    kind: 'insert',
    sql: decodeBytes(text.slice(0, dataStart)),
    format,
    dataStart,
    fromFile: (file, compression) =>
      `${target}\nFROM INFILE ${quoteString(file)} COMPRESSION ${quoteString(compression)} ${settings} FORMAT ${format}`,
  };
}

/** INSERT … SELECT; data comes with it only when it reads from `input('structure')`, and after a FORMAT clause. */
function parseInsertSelect(text: string, isWhole: boolean): InsertStatement | WriteStatement | undefined {
  let input: { start: number; argument: number; end?: number; depth: number } | undefined;
  let end: number | undefined;
  let previous: Token | undefined;
  for (const token of tokenize(text)) {
    if (token.end === text.length && !isWhole) return undefined;
    if (end !== undefined) refuseSecondStatement(token, end);
    else if (token.text === ';') end = token.start;
    else if (previous?.text === 'INPUT' && token.text === '(' && !input) {
      input = { start: previous.start, argument: token.end, depth: token.depth };
    } else if (input && !input.end && token.text === ')' && token.depth === input.depth) input.end = token.end;
    else if (input?.end && previous?.text === 'FORMAT' && previous.depth === 0 && token.kind === 'word') {
      return insertFromInput(text, { ...input, end: input.end }, previous, token);
    }
    previous = token;
  }
  return isWhole ? { kind: 'write', sql: decodeBytes(text.slice(0, end ?? text.length)) } : undefined;
}

function insertFromInput(
  text: string,
  input: { start: number; argument: number; end: number },
  clause: Token,
  name: Token,
): InsertStatement {
  const before = decodeBytes(text.slice(0, input.start));
  const structure = decodeBytes(text.slice(input.argument, input.end - 1));
  const after = decodeBytes(text.slice(input.end, clause.start));
  const format = text.slice(name.start, name.end);
  return {
    kind: 'insert',
    sql: decodeBytes(text.slice(0, name.end)),
    format,
    dataStart: skipLineEnd(text, name.end),
    fromFile: (file, compression) =>
      `${before}file(${quoteString(file)}, ${format}, ${structure}, ${quoteString(compression)})${after}`,
  };
}

/** Blanks and one line break part the name of the format from the data. */
function skipLineEnd(text: string, position: number): number {
  return position + (/^[ \t\f]*\r?\n?/.exec(text.slice(position, position + 256))?.[0].length ?? 0);
}
