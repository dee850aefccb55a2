/** A piece of SQL between blanks and comments. */
export interface Token {
  kind: 'word' | 'quoted' | 'string' | 'sign';
  /** As written; words in upper case. */
  text: string;
  start: number;
  end: number;
  /** How many parentheses, brackets and braces are open around it. */
  depth: number;
}

const SKIPPED = /(?:[\s\0]+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$))/y;
const WORD = /[A-Za-z0-9_$]+/y;
const DOLLAR_STRING = /\$(\w*)\$[\s\S]*?\$\1\$/y;
const QUOTES: Record<string, Token['kind']> = { "'": 'string', '`': 'quoted', '"': 'quoted' };

/** Cuts SQL into tokens as ClickHouse does. Lazy: what follows a token is only looked at when it is asked for. */
export function* tokenize(sql: string): Generator<Token, void, undefined> {
  let depth = 0;
  for (let start = skip(sql, 0); start < sql.length;) {
    const { kind, end } = match(sql, start);
    const written = sql.slice(start, end);
    if (kind === 'sign' && /[)\]}]/.test(written)) depth = Math.max(0, depth - 1);
    yield { kind, text: kind === 'word' ? written.toUpperCase() : written, start, end, depth };
    if (kind === 'sign' && /[([{]/.test(written)) depth++;
    start = skip(sql, end);
  }
}

function skip(sql: string, position: number): number {
  for (let end = position; ; position = end) {
    end = endOf(SKIPPED, sql, position) ?? position;
    if (end === position) return end;
  }
}

function match(sql: string, start: number): { kind: Token['kind']; end: number } {
  const first = sql[start] ?? '';
  const quoted = QUOTES[first];
  if (quoted) return { kind: quoted, end: endOfQuote(sql, start, first) };
  const dollarEnd = first === '$' ? endOf(DOLLAR_STRING, sql, start) : undefined;
  if (dollarEnd !== undefined) return { kind: 'string', end: dollarEnd };
  const wordEnd = endOf(WORD, sql, start);
  if (wordEnd !== undefined) return { kind: 'word', end: wordEnd };
  return { kind: 'sign', end: start + (sql.startsWith('->', start) ? 2 : 1) };
}

/** A backslash escapes what follows it, and a doubled quote is one inside. Not a pattern, which would overflow. */
function endOfQuote(sql: string, start: number, quote: string): number {
  for (let position = start + 1; position < sql.length; position++) {
    const character = sql[position];
    if (character === '\\') position++;
    else if (character === quote) {
      if (sql[position + 1] !== quote) return position + 1;
      position++;
    }
  }
  return sql.length;
}

function endOf(shape: RegExp, sql: string, start: number): number | undefined {
  shape.lastIndex = start;
  return shape.test(sql) ? shape.lastIndex : undefined;
}
