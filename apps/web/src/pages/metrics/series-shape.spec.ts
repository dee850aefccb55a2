import type { MetricPoint } from '@pelton/contract';
import { expect, test } from 'vitest';
import {
  changeOf,
  glanceAt,
  markStopped,
  markStoppedCohorts,
  spanBefore,
  toneOf,
  unfinishedFrom,
} from './series-shape';

const point = (period: string, value: number | null, complete = true): MetricPoint => ({
  period,
  value,
  numerator: null,
  denominator: null,
  users: 5,
  complete,
});

test('the value of a metric is that of the last period that is over', () => {
  const points = [point('2026-09', 10), point('2026-10', 12), point('2026-11', 3, false)];
  expect(glanceAt(points)).toEqual({ value: 12, before: 10, period: '2026-10', users: 5 });
  expect(unfinishedFrom(points)).toBe(2);
});

test('without a period that is over there is no value yet', () => {
  expect(glanceAt([point('2026-11', 3, false)])).toBeUndefined();
  expect(unfinishedFrom([point('2026-10', 3)])).toBeUndefined();
});

test('a share moves by points, anything else by a share of itself', () => {
  expect(changeOf(0.32, 0.3, true)).toBeCloseTo(0.02, 12);
  expect(changeOf(120, 100, false)).toBeCloseTo(0.2, 12);
  expect(changeOf(-50, -100, false)).toBeCloseTo(0.5, 12);
  expect(changeOf(5, 0, false)).toBeNull();
  expect(changeOf(null, 3, true)).toBeNull();
});

test('what is better depends on the direction of the metric', () => {
  expect(toneOf(0.1, false)).toBe('ok');
  expect(toneOf(0.1, true)).toBe('warn');
  expect(toneOf(-0.1, true)).toBe('ok');
  expect(toneOf(0, false)).toBe('t3');
});

test('a span of thirteen months that ends with 2011 begins within December 2010', () => {
  expect(spanBefore('2012-01-01T00:00:00Z', 'month', 13)).toEqual({
    from: '2010-12-16T12:44:59.999Z',
    to: '2011-12-31T23:59:59.999Z',
  });
});

test('a month in which the data stops is unfinished, one that ends quietly is not', () => {
  const points = [point('2011-11-01T00:00:00Z', 10), point('2011-12-01T00:00:00Z', 4)];
  const mark = (dataEnd: string | undefined) =>
    markStopped(points, { end: '2012-01-01T00:00:00Z', dataEnd, grain: 'month' }).map(({ complete }) => complete);
  expect(mark('2011-12-09T12:50:00Z')).toEqual([true, false]);
  expect(mark('2011-12-30T22:00:00Z')).toEqual([true, true]);
  expect(mark(undefined)).toEqual([true, true]);
});

test('the month in which the data stops is not over for any cohort', () => {
  const cohorts = [
    { period: '2011-11-01T00:00:00Z', users: 10, returned: [3], complete: 1 },
    { period: '2011-12-01T00:00:00Z', users: 4, returned: [], complete: 0 },
  ];
  const mark = (dataEnd: string) =>
    markStoppedCohorts(cohorts, { end: '2012-01-01T00:00:00Z', dataEnd, grain: 'month' }).map((row) => row.complete);
  expect(mark('2011-12-09T12:50:00Z')).toEqual([0, 0]);
  expect(mark('2011-12-31T12:50:00Z')).toEqual([1, 0]);
});
