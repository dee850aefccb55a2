import { EngineError } from '../engine/engine-error.js';
import { parseInsert } from './insert.js';
import { decodeBytes } from './literal.js';
import { refuseOutfile, refuseSecondStatement } from './refusals.js';
import type { Statement } from './statement-kinds.js';
import { type Token, tokenize } from './tokens.js';

const ROW_VERBS = new Set(['SELECT', 'WITH', 'FROM', 'SHOW', 'DESCRIBE', 'DESC', 'EXPLAIN', 'EXISTS', 'CHECK', '(']);

/**
 * Reads what kind of statement a text is.
 * @param text one character per byte
 * @param isWhole whether the text is all there is
 * @returns undefined when the text has to be longer to tell
 * @throws EngineError where there is more than one statement, or one that a server does not take
 */
export function parseStatement(text: string, isWhole: boolean): Statement | undefined {
  const words = leadingWords(text);
  const [verb = ''] = words;
  if (verb === 'INSERT') return parseInsert(text, isWhole);
  if (!isWhole) return undefined;
  if (verb === '') throw new EngineError(62, 'SYNTAX_ERROR', 'Syntax error: Empty query');
  const { end, format, isInsert } = survey(text);
  if (isInsert) return { kind: 'write', sql: decodeBytes(text.slice(0, end)) };
  // The statement that EXPLAIN AST explains takes a FORMAT clause for its own.
  if (!ROW_VERBS.has(verb) || (verb === 'EXPLAIN' && words[1] === 'AST')) {
    return { kind: 'command', sql: decodeBytes(text.slice(0, end)), verb };
  }
  if (!format) return { kind: 'rows', sql: decodeBytes(text.slice(0, end)), format: undefined, tail: '' };
  const tail = decodeBytes(text.slice(format.end, end));
  return { kind: 'rows', sql: decodeBytes(text.slice(0, format.start)), format: format.name, tail };
}

function leadingWords(text: string): string[] {
  const words: string[] = [];
  for (const { text: word } of tokenize(text)) {
    words.push(word);
    if (words.length === 2) break;
  }
  return words;
}

interface Survey {
  /** Where the statement ends, before its semicolon. */
  end: number;
  format: { name: string; start: number; end: number } | undefined;
  /** Whether it is INSERT after all, behind a WITH clause. */
  isInsert: boolean;
}

function survey(text: string): Survey {
  let end: number | undefined;
  let format: Survey['format'];
  let isInsert = false;
  let last: Token | undefined;
  for (const token of tokenize(text)) {
    if (end !== undefined) refuseSecondStatement(token, end);
    else if (token.text === ';') end = token.start;
    else if (token.depth === 0) {
      const follows = last?.depth === 0 && last.kind === 'word' ? last.text : '';
      if (follows === 'INTO' && token.text === 'OUTFILE') refuseOutfile();
      if (follows === 'INSERT' && token.text === 'INTO') isInsert = true;
      // FORMAT is a clause only at the end, where nothing but settings may follow.
      if (follows === 'FORMAT' && last && token.kind !== 'sign') {
        format = { name: text.slice(token.start, token.end), start: last.start, end: token.end };
      } else if (format && last?.end === format.end && token.text !== 'SETTINGS') format = undefined;
    }
    last = token;
  }
  return { end: end ?? text.length, format, isInsert };
}
