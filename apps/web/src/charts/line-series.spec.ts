import { expect, test } from 'vitest';
import { lastIndex, splitUnfinished } from './line-series';

test('an unfinished period is a stroke of its own that begins at the last finished one', () => {
  expect(splitUnfinished({ values: [1, 2, 3], unfinishedFrom: 2 })).toEqual({
    finished: [1, 2, null],
    unfinished: [null, 2, 3],
  });
  expect(splitUnfinished({ values: [1], unfinishedFrom: 0 })).toEqual({ finished: [null], unfinished: [1] });
});

test('a line whose periods are all over is one stroke', () => {
  expect(splitUnfinished({ values: [1, 2] })).toEqual({ finished: [1, 2], unfinished: undefined });
});

test('a line ends where its last value is', () => {
  expect(lastIndex([1, null, 2, null])).toBe(2);
  expect(lastIndex([null])).toBe(-1);
});
