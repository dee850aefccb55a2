import { expect, test } from 'vitest';
import { holm } from './holm.js';

test("corrects in the order given, as R's p.adjust does", () => {
  expect(holm([0.01, 0.04, 0.03, 0.005])).toEqual([0.03, 0.06, 0.06, 0.02]);
});

test('never exceeds one, and leaves a single test alone', () => {
  expect(holm([0.9, 0.8])).toEqual([1, 1]);
  expect(holm([0.04])).toEqual([0.04]);
  expect(holm([])).toEqual([]);
});
