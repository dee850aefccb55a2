import { type DataContext, type Sql, sql } from '@pelton/sdk';
import { dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { proportion } from './proportion.js';

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  context = dataContext(engine, {
    asOf: '2026-03-01T00:00:00Z',
    events: [
      { user_id: 'twice', event: 'Order', timestamp: '2026-02-01T00:00:00Z', properties: { total: 50 } },
      { user_id: 'twice', event: 'Order', timestamp: '2026-02-02T00:00:00Z', properties: { total: '5' } },
      { user_id: 'once', event: 'Order', timestamp: '2026-02-03T00:00:00Z', properties: { total: 'n/a' } },
      { user_id: 'once', event: 'Order', timestamp: '2026-03-01T00:00:00Z' },
      { user_id: 'visitor', event: 'Visit', timestamp: '2026-02-04T00:00:00Z', properties: { type: 'mobile' } },
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) => proportion.calls.compile({ params, context });
const rows = (facts: Sql) => engine.rows(sql`SELECT * FROM (${facts}) ORDER BY timestamp`);

/** What core makes of the facts: users who count and users who might, in all the time there is. */
function share(facts: Sql, threshold: number) {
  const perUser = sql`SELECT user_id, sum(value) AS times, sum(denominator) AS base FROM (${facts}) GROUP BY user_id`;
  return engine.rows(
    sql`SELECT countIf(times >= ${threshold} AND base > 0) AS counted, countIf(base > 0) AS of FROM (${perUser})`,
  );
}

test('repeat purchase rate: users with two orders of users with one, before as-of', async () => {
  const params = { event: 'Order', times: 2, outOfEvent: 'Order' };
  expect(await proportion.calls.shape({ params })).toMatchObject({ type: 'proportion', unit: '%', threshold: 2 });
  expect(share(await compile(params), 2)).toEqual([{ counted: 1, of: 2 }]);
});

test('facts tell the events that count from those that make a user one of the base', async () => {
  const facts = await compile({ event: 'Order', outOfEvent: 'Visit' });
  expect(rows(facts)).toEqual([
    { user_id: 'twice', timestamp: '2026-02-01 00:00:00.000', value: 1, denominator: 0 },
    { user_id: 'twice', timestamp: '2026-02-02 00:00:00.000', value: 1, denominator: 0 },
    { user_id: 'once', timestamp: '2026-02-03 00:00:00.000', value: 1, denominator: 0 },
    { user_id: 'visitor', timestamp: '2026-02-04 00:00:00.000', value: 0, denominator: 1 },
  ]);
});

test('an empty base is whoever did anything', async () => {
  expect(share(await compile({ event: 'Order' }), 1)).toEqual([{ counted: 2, of: 3 }]);
});

test('each side has a condition of its own; a property of the wrong type does not hold', async () => {
  const where = { combinator: 'and', rules: [{ field: 'total', operator: '>=', value: 5 }] };
  const params = { event: 'Order', where, outOfEvent: 'Order' };
  expect(share(await compile(params), 2)).toEqual([{ counted: 1, of: 2 }]);
  expect(share(await compile({ ...params, outOfWhere: where }), 1)).toEqual([{ counted: 1, of: 1 }]);
});

test('dimensions come from each event', async () => {
  expect(rows(await compile({ event: 'Visit', dimensions: ['type'] })).at(-1)).toEqual({
    user_id: 'visitor',
    timestamp: '2026-02-04 00:00:00.000',
    value: 1,
    denominator: 1,
    type: 'mobile',
  });
});

test('facts survive JSON', async () => {
  const facts = await compile({ event: 'Order' });
  expect(rows(JSON.parse(JSON.stringify(facts)) as Sql)).toEqual(rows(facts)); // what another process would hand over
});

test('the definition reads as a sentence', async () => {
  const reads = async (params: object) => (await proportion.calls.shape({ params })).reads;
  expect(await reads({ event: 'Order', times: 2, outOfEvent: 'Order' })).toBe(
    'Share of users with at least 2 Order events in the period, of users with at least one Order event in the period.',
  );
  expect(await reads({ event: 'Order' })).toBe(
    'Share of users with at least one Order event in the period, of users with at least one event in the period.',
  );
});
