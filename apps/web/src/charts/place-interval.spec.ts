import { expect, test } from 'vitest';
import { placeInterval } from './place-interval';

test('the longer end takes most of its half, and nought is in the middle', () => {
  expect(placeInterval(0, [-10, 5], 100)).toEqual({ at: 50, low: 4, high: 73 });
});

test('a difference without an interval is a point, and none at all is nothing', () => {
  expect(placeInterval(3, null, 100)).toEqual({ at: 96 });
  expect(placeInterval(null, null, 100)).toBeUndefined();
});

test('a difference of nought stays in the middle', () => {
  expect(placeInterval(0, [0, 0], 100)).toEqual({ at: 50, low: 50, high: 50 });
});
