import type { MetricShape } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import type { WarehouseClient } from '@pelton/warehouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateMetric } from './evaluate-metric.js';

let engine: Engine;
let client: WarehouseClient;
beforeAll(() => {
  engine = openEngine();
  const columns = { user_id: 'String', timestamp: "DateTime64(3, 'UTC')", value: 'Float64', denominator: 'Float64' };
  const months = Array.from({ length: 20 }, (_, index) => new Date(Date.UTC(2025, index, 15)).toISOString());
  engine.table(
    'facts',
    columns,
    months.map((timestamp) => ({ user_id: 'u', timestamp, value: 1, denominator: 1 })),
  );
  // The engine of the testing kit stands in for the client: the same SQL, the same instants.
  const iso = (row: Record<string, unknown>) => ({ ...row, period: `${String(row.period).replace(' ', 'T')}Z` });
  client = {
    rows: (query: Parameters<Engine['rows']>[0]) => Promise.resolve(engine.rows(query).map(iso)),
  } as unknown as WarehouseClient;
});
afterAll(() => engine.close());

const shape = (type: MetricShape['type']): MetricShape => ({
  type,
  unit: '',
  inverse: false,
  threshold: 1,
  dimensions: [],
  reads: '',
});
const view = { database: 'default', timezone: 'UTC', asOf: '2030-01-01T00:00:00Z' };
const evaluate = async (
  type: MetricShape['type'],
  query: { grain: 'day' | 'week' | 'month'; from?: string; to?: string },
) => {
  const values = await evaluateMetric(
    { name: 'm', shape: shape(type) },
    { sql: sql`SELECT * FROM facts`, client },
    view,
    query,
  );
  return values.kind === 'series' ? values.points.map((point) => point.period.slice(0, 10)) : values.cohorts;
};

test('shows the last periods that have facts, though as-of is years later', async () => {
  const months = await evaluate('count', { grain: 'month' });
  expect([months.length, months[0], months.at(-1)]).toEqual([13, '2025-08-01', '2026-08-01']);
});

test('shows the periods that were asked for, also empty ones, and none after', async () => {
  expect(await evaluate('count', { grain: 'day', from: '2025-01-14T00:00:00Z', to: '2025-01-17T00:00:00Z' })).toEqual([
    '2025-01-14',
    '2025-01-15',
    '2025-01-16',
  ]);
  expect(await evaluate('count', { grain: 'month', from: '2026-07-01T00:00:00Z', to: '2026-10-01T00:00:00Z' })).toEqual(
    ['2026-07-01', '2026-08-01', '2026-09-01'],
  );
});

test('a cohort has the periods up to the last return of anybody', async () => {
  expect(
    await evaluate('retention', { grain: 'month', from: '2025-01-01T00:00:00Z', to: '2026-09-01T00:00:00Z' }),
  ).toEqual([
    { period: '2025-01-01T00:00:00Z', users: 1, returned: Array.from({ length: 19 }, () => 1), complete: 19 },
  ]);
});
