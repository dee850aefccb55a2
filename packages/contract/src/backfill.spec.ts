import { expect, test } from 'vitest';
import { backfillDays, MOST_PERIODS } from './backfill.js';

test('days are all between the first and the last, both included', () => {
  expect(backfillDays({ from: '2024-02-28', to: '2024-03-01', every: 'day' })).toEqual([
    { from: '2024-02-28', to: '2024-02-29' },
    { from: '2024-02-29', to: '2024-03-01' },
    { from: '2024-03-01', to: '2024-03-02' },
  ]);
});

test('weeks begin on Monday, and one that is not whole is left out', () => {
  // 1 March 2026 is a Sunday.
  expect(backfillDays({ from: '2026-03-01', to: '2026-03-21', every: 'week' })).toEqual([
    { from: '2026-03-02', to: '2026-03-09' },
    { from: '2026-03-09', to: '2026-03-16' },
  ]);
  expect(backfillDays({ from: '2026-03-02', to: '2026-03-08', every: 'week' })).toHaveLength(1);
});

test('months have their own lengths, and one that is not whole is left out', () => {
  expect(backfillDays({ from: '2025-11-02', to: '2026-02-28', every: 'month' })).toEqual([
    { from: '2025-12-01', to: '2026-01-01' },
    { from: '2026-01-01', to: '2026-02-01' },
    { from: '2026-02-01', to: '2026-03-01' },
  ]);
});

test('nothing is between days that are the wrong way round', () => {
  for (const every of ['day', 'week', 'month'] as const)
    expect(backfillDays({ from: '2026-03-02', to: '2026-03-01', every })).toEqual([]);
});

test('counting stops at one more than a back-fill may have', () => {
  expect(backfillDays({ from: '0001-01-01', to: '9999-12-30', every: 'day' })).toHaveLength(MOST_PERIODS + 1);
});
