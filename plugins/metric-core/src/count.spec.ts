import { type DataContext, type Sql, sql } from '@pelton/sdk';
import { dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { count } from './count.js';

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  context = dataContext(engine, {
    asOf: '2026-03-01T00:00:00Z',
    events: [
      { user_id: 'a', event: 'Order', timestamp: '2026-01-01T10:00:00Z', properties: { country: 'FR', price: 10 } },
      { user_id: 'a', event: 'Order', timestamp: '2026-02-01T10:00:00Z', properties: { country: 'DE', price: '20' } },
      { user_id: 'b', event: 'Order', timestamp: '2026-02-02T10:00:00Z', properties: { type: 'gift', price: 'n/a' } },
      { user_id: 'b', event: 'Visit', timestamp: '2026-02-03T10:00:00Z', properties: { address: { city: 'Lyon' } } },
      { user_id: 'b', event: 'Order', timestamp: '2026-02-28T23:59:59.999Z' },
      { user_id: 'c', event: 'Order', timestamp: '2026-03-01T00:00:00Z' },
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) => count.calls.compile({ params, context });
const rows = (facts: Sql) => engine.rows(sql`SELECT * FROM (${facts}) ORDER BY timestamp`);

test('each event of the name is one fact, up to as-of and not at it', async () => {
  expect(rows(await compile({ event: 'Order' }))).toEqual([
    { user_id: 'a', timestamp: '2026-01-01 10:00:00.000', value: 1 },
    { user_id: 'a', timestamp: '2026-02-01 10:00:00.000', value: 1 },
    { user_id: 'b', timestamp: '2026-02-02 10:00:00.000', value: 1 },
    { user_id: 'b', timestamp: '2026-02-28 23:59:59.999', value: 1 },
  ]);
});

test('an empty name counts every event', async () => {
  expect(rows(await compile({}))).toHaveLength(5);
});

test('an event that never happened gives no facts', async () => {
  expect(rows(await compile({ event: "'; DROP TABLE events; --" }))).toEqual([]);
});

test('the condition compares numbers, numeric text and missing properties as a person expects', async () => {
  const where = (rule: object) => ({ event: 'Order', where: { combinator: 'and', rules: [rule] } });
  expect(rows(await compile(where({ field: 'price', operator: '>', value: 15 })))).toHaveLength(1);
  expect(rows(await compile(where({ field: 'price', operator: 'null' })))).toHaveLength(1);
  expect(rows(await compile(where({ field: 'country', operator: '!=', value: 'FR' })))).toHaveLength(3);
});

test('dimensions are text columns, empty where the property is missing, even under the name of a column of events', async () => {
  const names = ['country', 'type', 'event', 'address.city', 'we`ird', 'properties', 'dimension_1', 'facts'];
  const facts = await compile({ dimensions: names });
  const empty = Object.fromEntries(names.map((name) => [name, '']));
  expect(rows(facts)).toEqual(
    [
      { user_id: 'a', timestamp: '2026-01-01 10:00:00.000', ...empty, country: 'FR' },
      { user_id: 'a', timestamp: '2026-02-01 10:00:00.000', ...empty, country: 'DE' },
      { user_id: 'b', timestamp: '2026-02-02 10:00:00.000', ...empty, type: 'gift' },
      { user_id: 'b', timestamp: '2026-02-03 10:00:00.000', ...empty, 'address.city': 'Lyon' },
      { user_id: 'b', timestamp: '2026-02-28 23:59:59.999', ...empty },
    ].map((row) => ({ ...row, value: 1 })),
  );
});

test('a dimension that would hide a column of the facts is refused', async () => {
  await expect(compile({ dimensions: ['value'] })).rejects.toThrow(
    'Break down by 1: This name is a column of every metric. Choose another property',
  );
  await expect(compile({ dimensions: ['country', 'country'] })).rejects.toThrow('A property is named twice');
});

test('facts survive JSON', async () => {
  const facts = await compile({ event: 'Order', dimensions: ['country'] });
  const returned = JSON.parse(JSON.stringify(facts)) as Sql; // what another process would hand over
  expect(rows(returned)).toEqual(rows(facts));
});

test('the definition reads as a sentence', async () => {
  const params = {
    event: 'Order',
    where: { combinator: 'and', rules: [{ field: 'country', operator: '=', value: 'FR' }] },
  };
  expect(await count.calls.shape({ params })).toEqual({
    type: 'count',
    unit: 'events',
    inverse: false,
    threshold: 1,
    dimensions: [],
    reads: 'Number of Order events in the period where country is FR.',
  });
  expect((await count.calls.shape({ params: {} })).reads).toBe('Number of events in the period.');
});

test('a parameter that does not exist is named', async () => {
  await expect(compile({ evnt: 'Order' })).rejects.toThrow('evnt');
});
