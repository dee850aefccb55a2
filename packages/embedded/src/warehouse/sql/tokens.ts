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

/** Each tried at the place that the last one ended; the first that fits is taken. */
const SHAPES: readonly (readonly [Token['kind'] | 'skip', RegExp])[] = [
  ['skip', /[\s\0]+|--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y],
  ['string', /\$(\w*)\$[\s\S]*?\$\1\$/y],
  ['word', /[A-Za-z0-9_$]+/y],
  ['string', /'(?:[^'\\]+|\\[\s\S]|'')*'?/y],
  ['quoted', /`(?:[^`\\]+|\\[\s\S]|``)*`?|"(?:[^"\\]+|\\[\s\S]|"")*"?/y],
  ['sign', /->|[\s\S]/y],
];

/** Cuts SQL into tokens as ClickHouse does. Lazy: what follows a token is only looked at when it is asked for. */
export function* tokenize(sql: string): Generator<Token, void, undefined> {
  let depth = 0;
  for (let start = 0; start < sql.length;) {
    const { kind, end } = matchAt(sql, start);
    if (kind !== 'skip') {
      const written = sql.slice(start, end);
      if (kind === 'sign' && /[)\]}]/.test(written)) depth = Math.max(0, depth - 1);
      yield { kind, text: kind === 'word' ? written.toUpperCase() : written, start, end, depth };
      if (kind === 'sign' && /[([{]/.test(written)) depth++;
    }
    start = end;
  }
}

function matchAt(sql: string, start: number): { kind: Token['kind'] | 'skip'; end: number } {
  for (const [kind, shape] of SHAPES) {
    shape.lastIndex = start;
    if (shape.test(sql)) return { kind, end: shape.lastIndex };
  }
  throw new Error(`Nothing fits at ${start}`); // a sign is any character, so this cannot be
}
