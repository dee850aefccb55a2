/** Part of a text, in characters from 0. */
export interface Range {
  from: number;
  to: number;
}

/**
 * Where in a text a mistake is: at the place that the server told, else at the name that the reason speaks of, else
 * everywhere.
 */
export function mistakeIn(text: string, { message, at }: { message: string; at?: number | undefined }): Range {
  if (at !== undefined) return wordAt(text, Math.min(at, text.length));
  for (const name of namesIn(message)) {
    const found = findWord(text, name);
    if (found) return found;
  }
  return { from: 0, to: text.length };
}

/** The word at a place, or the sign; at the end of the text the last one, so that there is something to mark. */
function wordAt(text: string, at: number): Range {
  const word = /^\w+/.exec(text.slice(at))?.[0];
  if (word) return { from: at, to: at + word.length };
  if (at < text.length) return { from: at, to: at + 1 };
  const last = /(\w+|\S)\s*$/.exec(text);
  return { from: last?.index ?? 0, to: text.length };
}

/** Names in the words of the gate: `there is no column X`, `there is no function X`, `X is not allowed`, `X adds up`. */
function namesIn(message: string): string[] {
  const found = [
    /there is no (?:column|function|table) ([^\s;,]+)/.exec(message)?.[1],
    /(\S+) (?:is not allowed|adds up|is not part of)/.exec(message)?.[1],
  ];
  return found.flatMap((name) => (name ? [name, name.split('.').at(-1) ?? name] : []));
}

function findWord(text: string, name: string): Range | undefined {
  const escaped = name.replace(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  const found = new RegExp(String.raw`(?<!\w)${escaped}(?!\w)`, 'i').exec(text);
  return found ? { from: found.index, to: found.index + name.length } : undefined;
}
