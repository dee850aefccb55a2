import type { MetricShape } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { armStatisticsQuery, retentionQuery, seriesQuery, type Span } from './metric.queries.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  const columns = {
    user_id: 'String',
    timestamp: "DateTime64(3, 'UTC')",
    value: 'Float64',
    denominator: 'Float64',
    country: 'String',
  };
  const fact = (user_id: string, timestamp: string, value: number, denominator: number, country = 'UK') => ({
    user_id,
    timestamp,
    value,
    denominator,
    country,
  });
  engine.table('facts', columns, [
    fact('a', '2026-01-05T10:00:00Z', 10, 1),
    fact('a', '2026-01-31T23:30:00Z', 20, 1),
    fact('b', '2026-01-20T00:00:00Z', 5, 1, 'FR'),
    fact('a', '2026-02-10T00:00:00Z', 7, 1),
    fact('c', '2026-03-01T00:00:00Z', 1, 1),
    fact('a', '2026-03-09T00:00:00Z', 0, 1),
  ]);
});
afterAll(() => engine.close());

const facts = sql`SELECT * FROM facts`;
const span: Span = { grain: 'month', timezone: 'UTC', from: '2026-01-01T00:00:00Z', to: '2026-04-01T00:00:00Z' };
const shape = (type: MetricShape['type'], more: Partial<MetricShape> = {}): MetricShape => ({
  type,
  unit: '',
  inverse: false,
  threshold: 1,
  dimensions: [],
  reads: '',
  ...more,
});
const values = (type: MetricShape['type'], more?: Partial<MetricShape>, by?: string) =>
  engine
    .rows<{ period: string; dimension: string; value: number; users: number }>(
      seriesQuery(facts, shape(type, more), span, by),
    )
    .map((row) => [row.period.slice(0, 7), ...(by ? [row.dimension] : []), row.value, row.users]);

describe('seriesQuery', () => {
  test('adds values up by month', () => {
    expect(values('sum')).toEqual([
      ['2026-01', 35, 2],
      ['2026-02', 7, 1],
      ['2026-03', 1, 2],
    ]);
  });

  test('counts a user once in a month', () => {
    expect(values('unique_users')).toEqual([
      ['2026-01', 2, 2],
      ['2026-02', 1, 1],
      ['2026-03', 2, 2],
    ]);
  });

  test('divides sums for a mean', () => {
    expect(values('mean')[0]).toEqual(['2026-01', 35 / 3, 2]);
  });

  test('counts users who reach the threshold over those with a denominator', () => {
    expect(values('proportion', { threshold: 6 })).toEqual([
      ['2026-01', 0.5, 2],
      ['2026-02', 1, 1],
      ['2026-03', 0, 2],
    ]);
  });

  test('breaks down by a dimension', () => {
    expect(values('sum', { dimensions: ['country'] }, 'country').slice(0, 2)).toEqual([
      ['2026-01', 'FR', 5, 1],
      ['2026-01', 'UK', 30, 1],
    ]);
  });

  test('a month begins at local midnight', () => {
    const local = engine.rows<{ period: string; value: number }>(
      seriesQuery(facts, shape('sum'), { ...span, timezone: 'Asia/Seoul', from: '2025-12-31T15:00:00Z' }, undefined),
    );
    expect(local.map((row) => [row.period, row.value])).toEqual([
      ['2025-12-31 15:00:00', 15],
      ['2026-01-31 15:00:00', 27],
      ['2026-02-28 15:00:00', 1],
    ]);
  });
});

test('retentionQuery counts cohorts by first fact and returns by whole months after it', () => {
  const cells = engine.rows<{ period: string; index: number; users: number }>(retentionQuery(facts, span));
  expect(cells.map((cell) => [cell.period.slice(0, 7), cell.index, cell.users])).toEqual([
    ['2026-01', 0, 2],
    ['2026-01', 1, 1],
    ['2026-03', 0, 1],
  ]);
});

describe('armStatisticsQuery', () => {
  beforeAll(() => {
    engine.table('assignments', { user_id: 'String', variation: 'String', at: "DateTime64(3, 'UTC')" }, [
      { user_id: 'a', variation: 'offer', at: '2026-01-31T00:00:00Z' },
      { user_id: 'b', variation: 'plain', at: '2026-01-01T00:00:00Z' },
      { user_id: 'x', variation: 'offer', at: '2026-01-01T00:00:00Z' },
      { user_id: 'c', variation: 'plain', at: '2026-02-20T00:00:00Z' },
    ]);
  });
  const statistics = (type: MetricShape['type'], more?: Partial<MetricShape>) =>
    engine
      .rows<Record<string, unknown>>(
        armStatisticsQuery(facts, shape(type, more), {
          assignments: sql`SELECT * FROM assignments`,
          windowDays: 14,
          asOf: '2026-03-01T00:00:00Z',
        }),
      )
      .sort((a, b) => String(a.variation).localeCompare(String(b.variation)));

  test('takes facts of the window after assignment, zero for users without any, and nobody whose window is not over', () => {
    expect(statistics('sum')).toMatchObject([
      { variation: 'offer', users: 2, sum: 27, sumSquares: 27 * 27 },
      { variation: 'plain', users: 1, sum: 0, sumSquares: 0 },
    ]);
  });

  test('a share counts each user once', () => {
    expect(statistics('proportion', { threshold: 25 })).toMatchObject([
      { variation: 'offer', users: 2, sum: 1, sumSquares: 1 },
      { variation: 'plain', users: 1, sum: 0 },
    ]);
  });

  test('a mean keeps numerator and denominator apart', () => {
    expect(statistics('mean')[0]).toMatchObject({
      sum: 27,
      denominatorSum: 2,
      denominatorSumSquares: 4,
      sumProducts: 54,
    });
  });
});
