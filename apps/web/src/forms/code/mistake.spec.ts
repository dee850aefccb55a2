import { expect, test } from 'vitest';
import { mistakeIn } from './mistake';

const marked = (text: string, problem: { message: string; at?: number }) => {
  const { from, to } = mistakeIn(text, problem);
  return text.slice(from, to);
};

test.each([
  ['a + prize * 2', 'there is no column prize; did you mean price?', 'prize'],
  ['concat(a, foo(b))', 'there is no function foo', 'foo'],
  ['1 + SUM(a)', 'sum adds up many rows; the step Aggregate does that', 'SUM'],
  ['SELECT * FROM other.secret', 'other.secret is not part of this project', 'other.secret'],
  ['SELECT x FROM nowhere', 'there is no table nowhere', 'nowhere'],
])('the name that is wrong is found: %s', (text, message, expected) => {
  expect(marked(text, { message })).toBe(expected);
});

test.each([
  ["'é' || a b c", 9, 'b'],
  ['a ) + 1', 2, ')'],
  ['a +', 3, '+'],
  ['round(', 6, '('],
])('the place that was told counts: %s at %i', (text, at, expected) => {
  expect(marked(text, { message: 'it is not complete or has a mistake', at })).toBe(expected);
});

test('a mistake without a place is everywhere', () => {
  expect(marked('a + b', { message: 'a formula is one expression' })).toBe('a + b');
});
