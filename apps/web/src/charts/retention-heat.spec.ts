import { expect, test } from 'vitest';
import { retentionCurve, shadeOf, toHeatRows } from './retention-heat';

const cohorts = [
  { period: '2026-01-01T00:00:00Z', users: 100, returned: [40, 30], complete: 2 },
  { period: '2026-02-01T00:00:00Z', users: 10, returned: [5], complete: 0 },
  { period: '2026-03-01T00:00:00Z', users: 0, returned: [], complete: 0 },
];

test('a cohort becomes shares, with what is not over and what few people stand behind marked', () => {
  expect(toHeatRows(cohorts, (period) => period.slice(0, 7))).toEqual([
    {
      title: '2026-01',
      users: 100,
      isFew: false,
      cells: [
        { users: 40, share: 0.4, isOpen: false },
        { users: 30, share: 0.3, isOpen: false },
      ],
    },
    { title: '2026-02', users: 10, isFew: true, cells: [{ users: 5, share: 0.5, isOpen: true }] },
    { title: '2026-03', users: 0, isFew: true, cells: [] },
  ]);
});

test('the curve weighs each cohort by its people and leaves out what is not over', () => {
  expect(retentionCurve(cohorts)).toEqual([
    { users: 40, of: 100, share: 0.4 },
    { users: 30, of: 100, share: 0.3 },
  ]);
});

test.each([
  [0, 1],
  [0.09, 1],
  [0.1, 2],
  [0.29, 3],
  [0.45, 5],
  [1, 5],
])('a share of %s has the shade %s', (share, shade) => {
  expect(shadeOf(share)).toBe(shade);
});
