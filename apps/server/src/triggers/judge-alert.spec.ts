import type { AlertTrigger } from '@pelton/contract';
import { expect, test } from 'vitest';
import { judgeAlert } from './judge-alert.js';

const points = (...values: (number | null)[]) =>
  values.map((value, index) => ({
    period: new Date(Date.UTC(2026, 0, index + 1)).toISOString(),
    value,
    complete: index < values.length - 1, // the last day is not over
  }));
const over = (is: AlertTrigger['is'], threshold: number, ...values: (number | null)[]) =>
  judgeAlert({ is, threshold }, points(...values))?.isOver;

test('the last whole period is compared with the threshold', () => {
  expect(judgeAlert({ is: 'above', threshold: 10 }, points(1, 8, 11, 99))).toEqual({
    isOver: true,
    period: '2026-01-03T00:00:00.000Z',
    value: 11,
    before: 8,
  });
  expect(over('above', 11, 11, 99)).toBe(false);
  expect(over('below', 11, 10, 99)).toBe(true);
});

test('or its change with percent of the period before', () => {
  expect(over('rises-by', 25, 8, 10, 0)).toBe(true);
  expect(over('rises-by', 26, 8, 10, 0)).toBe(false);
  expect(over('falls-by', 20, 10, 8, 0)).toBe(true);
  expect(over('falls-by', 20, 8, 10, 0)).toBe(false);
  expect(over('changes-by', 20, 10, 8, 0)).toBe(true);
  expect(over('rises-by', 100, -1, 1, 0)).toBe(true);
});

test('nothing is said without a value, or without one to compare it with', () => {
  expect(over('above', 1)).toBe(undefined);
  expect(over('above', 1, null, 5)).toBe(undefined);
  expect(over('rises-by', 1, 5, 5)).toBe(undefined);
  expect(over('rises-by', 1, 0, 5, 5)).toBe(undefined);
});
