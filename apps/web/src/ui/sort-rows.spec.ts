import { expect, test } from 'vitest';
import { sortRows } from './sort-rows';

const sorted = (values: (string | number | null)[], isDown = false) => sortRows(values, (value) => value, isDown);

test('sorts numbers by size and text with its numbers', () => {
  expect(sorted([10, 9, 100])).toEqual([9, 10, 100]);
  expect(sorted(['step 10', 'step 9'])).toEqual(['step 9', 'step 10']);
});

test('keeps empty values last in both directions', () => {
  expect(sorted([null, 2, 1])).toEqual([1, 2, null]);
  expect(sorted([null, 2, 1], true)).toEqual([2, 1, null]);
});
