import { expect, test } from 'vitest';
import { sparkPath } from './spark-path';

test('the line goes from the least at the bottom to the most at the top, over what is missing', () => {
  expect(sparkPath([0, null, 10], 56, 18)).toEqual({
    line: 'M1 16L53 2',
    area: 'M1 16L53 2L53 18L1 18Z',
    end: { x: 53, y: 2 },
  });
});

test('fewer than two values make no line', () => {
  expect(sparkPath([5, null], 56, 18)).toBeUndefined();
});
