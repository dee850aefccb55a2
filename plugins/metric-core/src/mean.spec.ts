import { type DataContext, type Sql, sql } from '@pelton/sdk';
import { dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mean } from './mean.js';

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  const order = (user_id: string, at: string, total?: unknown) => ({
    user_id,
    event: 'Order',
    timestamp: at,
    properties: { total, channel: 'web' },
  });
  context = dataContext(engine, {
    asOf: '2026-03-01T00:00:00Z',
    events: [
      order('a', '2026-02-01T00:00:00Z', 10),
      order('a', '2026-02-02T00:00:00Z', 20),
      order('b', '2026-02-03T00:00:00Z', '60'),
      order('b', '2026-02-04T00:00:00Z', 'free'),
      order('c', '2026-02-05T00:00:00Z'),
      order('d', '2026-03-01T00:00:00Z', 1000),
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) =>
  mean.calls.compile({ params: { event: 'Order', property: 'total', ...params }, context });
const rows = (facts: Sql) => engine.rows(sql`SELECT * FROM (${facts}) ORDER BY timestamp`);

test('each event with a number weighs one, so the mean is per event and not per user', async () => {
  const facts = await compile({});
  expect(rows(facts)).toEqual([
    { user_id: 'a', timestamp: '2026-02-01 00:00:00.000', value: 10, denominator: 1 },
    { user_id: 'a', timestamp: '2026-02-02 00:00:00.000', value: 20, denominator: 1 },
    { user_id: 'b', timestamp: '2026-02-03 00:00:00.000', value: 60, denominator: 1 },
  ]);
  expect(engine.rows(sql`SELECT sum(value) / sum(denominator) AS mean FROM (${facts})`)).toEqual([{ mean: 30 }]);
});

test('conditions and dimensions apply', async () => {
  const where = { combinator: 'and', rules: [{ field: 'total', operator: '<=', value: 20 }] };
  expect(rows(await compile({ where, dimensions: ['channel'] }))).toMatchObject([
    { value: 10, denominator: 1, channel: 'web' },
    { value: 20, denominator: 1, channel: 'web' },
  ]);
});

test('facts survive JSON', async () => {
  const facts = await compile({});
  expect(rows(JSON.parse(JSON.stringify(facts)) as Sql)).toEqual(rows(facts)); // what another process would hand over
});

test('the definition reads as a sentence', async () => {
  const params = { event: 'Order', property: 'total', unit: '£' };
  expect(await mean.calls.shape({ params })).toMatchObject({
    type: 'mean',
    unit: '£',
    reads: 'Mean of total per Order event in the period; events without a number are left out.',
  });
});
