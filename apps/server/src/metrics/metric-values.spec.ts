import type { MetricShape } from '@pelton/contract';
import { expect, test } from 'vitest';
import { toPoints, toRetention } from './metric-values.js';

const shape = (type: MetricShape['type']): MetricShape => ({
  type,
  unit: '',
  inverse: false,
  threshold: 1,
  dimensions: [],
  reads: '',
});
const periods = ['2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z', '2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'];
const row = { period: '2026-02-01T00:00:00Z', dimension: '', value: 5, numerator: 5, denominator: null, users: 2 };

test('a sum is zero where nothing happened, a share has no value there, and the last period may be unfinished', () => {
  const sums = toPoints([row], periods, shape('sum'), '2026-03-15T00:00:00Z', undefined);
  expect(sums.map((point) => [point.value, point.complete])).toEqual([
    [0, true],
    [5, true],
    [0, false],
  ]);
  expect(
    toPoints([row], periods, shape('proportion'), '2026-03-15T00:00:00Z', undefined).map((point) => point.value),
  ).toEqual([null, 5, null]);
});

test('a cohort has every period that has begun after it, and says how many are over', () => {
  const cells = [
    { period: '2026-01-01T00:00:00Z', index: 0, users: 10 },
    { period: '2026-01-01T00:00:00Z', index: 2, users: 4 },
    { period: '2026-02-01T00:00:00Z', index: 0, users: 3 },
  ];
  expect(toRetention(cells, periods, '2026-03-15T00:00:00Z')).toEqual([
    { period: '2026-01-01T00:00:00Z', users: 10, returned: [0, 4], complete: 1 },
    { period: '2026-02-01T00:00:00Z', users: 3, returned: [0], complete: 0 },
  ]);
});
