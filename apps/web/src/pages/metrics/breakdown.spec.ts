import type { MetricPoint } from '@pelton/contract';
import { expect, test } from 'vitest';
import { toBreakdown } from './breakdown';

const point = (group: string, period: string, value: number | null, users: number): MetricPoint => ({
  period,
  value,
  numerator: null,
  denominator: null,
  users,
  complete: true,
  group,
});
const points = [
  point('Germany', '2026-09', 0.2, 30),
  point('Germany', '2026-10', 0.3, 40),
  point('Spain', '2026-10', 0.6, 5),
  point('France', '2026-10', null, 0),
];

test('a rate goes by people, marks groups of few, and leaves out groups of none', () => {
  const rows = toBreakdown(points, { period: '2026-10', before: '2026-09', type: 'proportion' });
  expect(rows.map(({ group, isFew, bar }) => ({ group, isFew, bar }))).toEqual([
    { group: 'Germany', isFew: false, bar: 0.5 },
    { group: 'Spain', isFew: true, bar: 1 },
  ]);
  expect(rows[0]?.change).toBeCloseTo(0.1, 12);
  expect(rows[1]?.change).toBeNull();
});

test('a sum goes by size, and no group is too few to be a sum', () => {
  const rows = toBreakdown(points, { period: '2026-10', before: undefined, type: 'sum' });
  expect(rows.map(({ group, isFew }) => [group, isFew])).toEqual([
    ['Spain', false],
    ['Germany', false],
  ]);
});
