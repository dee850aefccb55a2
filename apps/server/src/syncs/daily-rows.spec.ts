import { expect, test } from 'vitest';
import { countRows, lastDays } from './daily-rows.js';

const now = new Date('2026-11-22T23:59:00Z');
const daily = { '2026-11-22': 5, '2026-11-09': 7, '2026-11-08': 9 };

test('tells the last 14 days, the oldest first', () => {
  expect(lastDays(daily, now)).toEqual([
    { day: '2026-11-09', rows: 7 },
    { day: '2026-11-22', rows: 5 },
  ]);
  expect(lastDays(undefined, now)).toEqual([]);
});

test('counts to today and drops what is older', () => {
  expect(countRows(daily, 3, now)).toEqual({ $inc: { 'daily.2026-11-22': 3 }, $unset: { 'daily.2026-11-08': 1 } });
  expect(countRows(undefined, 3, now)).toEqual({ $inc: { 'daily.2026-11-22': 3 } });
});
