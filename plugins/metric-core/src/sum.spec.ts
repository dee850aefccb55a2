import { type DataContext, type Sql, sql } from '@pelton/sdk';
import { dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sum } from './sum.js';

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  const revenues = [10, '12.5', -3, 0.1, 'n/a', [1], { amount: 1 }, null, '', 'inf', 'nan', undefined];
  context = dataContext(engine, {
    asOf: '2026-03-01T00:00:00Z',
    events: [
      ...revenues.map((revenue, index) => ({
        user_id: `u${index}`,
        event: 'Order',
        timestamp: `2026-02-01T10:00:${10 + index}Z`,
        properties: { revenue, order: { tax: 1.5 }, country: index < 2 ? 'FR' : 'DE' },
      })),
      { user_id: 'visitor', event: 'Visit', timestamp: '2026-02-01T10:00:00Z', properties: { revenue: 99 } },
      { user_id: 'late', event: 'Order', timestamp: '2026-03-01T00:00:00Z', properties: { revenue: 1000 } },
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) =>
  sum.calls.compile({ params: { event: 'Order', property: 'revenue', ...params }, context });
const rows = (facts: Sql) => engine.rows(sql`SELECT user_id, value FROM (${facts}) ORDER BY timestamp`);

test('numbers and numeric text are facts; anything else is left out, infinity too', async () => {
  expect(rows(await compile({}))).toEqual([
    { user_id: 'u0', value: 10 },
    { user_id: 'u1', value: 12.5 },
    { user_id: 'u2', value: -3 },
    { user_id: 'u3', value: 0.1 },
  ]);
});

test('a property may lie deeper', async () => {
  const facts = await compile({ property: 'order.tax' });
  expect(engine.rows(sql`SELECT sum(value) AS total FROM (${facts})`)).toEqual([{ total: 18 }]);
});

test('the condition and the dimensions look at the same events', async () => {
  const where = { combinator: 'or', rules: [{ field: 'country', operator: '=', value: 'FR' }] };
  const facts = await compile({ where, dimensions: ['country'] });
  expect(
    engine.rows(
      sql`SELECT country, sum(value) AS total, toTypeName(any(value)) AS type FROM (${facts}) GROUP BY country`,
    ),
  ).toEqual([{ country: 'FR', total: 22.5, type: 'Float64' }]);
});

test('an empty name adds up over every event', async () => {
  expect(rows(await compile({ event: '' }))).toContainEqual({ user_id: 'visitor', value: 99 });
});

test('facts survive JSON', async () => {
  const facts = await compile({});
  expect(rows(JSON.parse(JSON.stringify(facts)) as Sql)).toEqual(rows(facts)); // what another process would hand over
});

test('without a property it says what is missing', async () => {
  await expect(compile({ property: '' })).rejects.toThrow('Property: Choose the property that holds the number');
});

test('the definition reads as a sentence', async () => {
  const params = { event: 'Order', property: 'revenue', unit: '£', dimensions: ['country'] };
  expect(await sum.calls.shape({ params })).toMatchObject({
    type: 'sum',
    unit: '£',
    dimensions: ['country'],
    reads: 'Sum of revenue over all Order events in the period.',
  });
});
