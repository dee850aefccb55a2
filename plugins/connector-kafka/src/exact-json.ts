/** Begins the text that stands for a number while JSON is read; no text of a person begins with it. */
const MARK = '\u0000#';
const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const LARGE = /^-?\d{16,}$/;
const MARKED = /"\\u0000#(-?\d+)"/g;

/**
 * The fields of a JSON object, as a row wants them: plain values as they are, whole numbers of sixteen digits and more as
 * bigint, since JSON.parse would round them, and what is nested as the text of its JSON.
 * @returns undefined for what is no JSON object
 */
export function readFields(text: string): Record<string, unknown> | undefined {
  const parsed = parse(text);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return undefined;
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, plain(value)]));
}

function parse(text: string): unknown {
  const marked = /\d{16}/.test(text)
    ? text.replace(TOKENS, (token) => (LARGE.test(token) ? JSON.stringify(MARK + token) : token))
    : text;
  try {
    return JSON.parse(marked);
  } catch {
    return undefined;
  }
}

function plain(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value;
  if (typeof value !== 'object' || value === null) return value;
  return JSON.stringify(value).replace(MARKED, '$1');
}
