import { readTime } from './read-time.js';

/** What one value of a text file looks like. */
export type Look = 'integer' | 'decimal' | 'boolean' | 'time' | 'text';

const INTEGER = /^-?(0|[1-9][0-9]*)$/;
// An exponent needs a sign or a fraction before it, because 79E3 is rather a code than 79,000.
const DECIMAL = /^-?((0|[1-9][0-9]*)(\.[0-9]+([eE][+-]?[0-9]+)?|[eE][+-][0-9]+)|\.[0-9]+)$/;
const BOOLEAN = /^(true|false|True|False|TRUE|FALSE)$/;
const MIN_INTEGER = -(2n ** 63n);
const MAX_INTEGER = 2n ** 63n - 1n;

/**
 * What a value without quotes of its own looks like. Ids stay what they are: with leading zeros, a plus sign or more
 * digits than an integer holds they are text.
 */
export function lookOfText(text: string): Look {
  if (readTime(text) !== null) return 'time';
  if (INTEGER.test(text)) return text.length < 19 || isInt64(text) ? 'integer' : 'text';
  if (DECIMAL.test(text)) return Number.isFinite(Number(text)) ? 'decimal' : 'text';
  return BOOLEAN.test(text) ? 'boolean' : 'text';
}

/** The look of a column that holds both. */
export function mergeLooks(one: Look | null, other: Look): Look {
  if (one === null || one === other) return other;
  const isNumber = (look: Look) => look === 'integer' || look === 'decimal';
  return isNumber(one) && isNumber(other) ? 'decimal' : 'text';
}

function isInt64(text: string): boolean {
  const value = BigInt(text);
  return value >= MIN_INTEGER && value <= MAX_INTEGER;
}
