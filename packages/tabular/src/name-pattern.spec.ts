import { expect, test } from 'vitest';
import { matcherOf, patternPrefix, wrongPattern } from './name-pattern.js';

test.each([
  ['orders/*.csv', 'orders/2024.csv', true],
  ['orders/*.csv', 'orders/2024/01.csv', false],
  ['orders/*.csv', 'orders/2024.csv.gz', false],
  ['orders/**.csv', 'orders/2024/01.csv', true],
  ['**/01.csv', 'a/b/01.csv', true],
  ['*', 'a.csv', true],
  ['a+(1).csv', 'a+(1).csv', true],
  ['a.*', 'abc', false],
])('%s and %s', (pattern, name, isMatch) => {
  expect(matcherOf(pattern)(name)).toBe(isMatch);
});

test('what a pattern begins with narrows the list', () => {
  expect(['orders/20*.csv', '*.csv', 'orders/a.csv'].map(patternPrefix)).toEqual(['orders/20', '', 'orders/a.csv']);
});

test('more than three stars are refused', () => {
  expect(wrongPattern('*/*-*.csv')).toBeUndefined();
  expect(wrongPattern('*a*a*a*')).toBe('Write at most 3 stars');
});
