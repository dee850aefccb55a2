const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MANY_DIGITS = /\d[\d.]{15}/;

/** Reads JSON. A number of which JavaScript would round digits away, such as 2^53 + 1, is text with every digit. */
export function readExactly(json: string): unknown {
  const kept = MANY_DIGITS.test(json)
    ? json.replace(TOKENS, (token) => (token.startsWith('"') || isKept(token) ? token : `"${token}"`))
    : json;
  return JSON.parse(kept);
}

function isKept(number: string): boolean {
  return digitsOf(number) === digitsOf(String(Number(number)));
}

/** The digits that count, wherever the point is. */
function digitsOf(number: string): string {
  return number
    .replace(/e.*/i, '')
    .replace(/\D/g, '')
    .replace(/^0+|0+$/g, '');
}
