import { type DataContext, type Sql, sql } from '@pelton/sdk';
import { dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { retention } from './retention.js';

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  context = dataContext(engine, {
    asOf: '2026-03-01T00:00:00Z',
    events: [
      { user_id: 'a', event: 'Signup', timestamp: '2026-01-05T00:00:00Z', properties: { plan: 'pro' } },
      { user_id: 'a', event: 'Visit', timestamp: '2026-02-05T00:00:00Z', properties: { seconds: 30 } },
      { user_id: 'b', event: 'Signup', timestamp: '2026-01-06T00:00:00Z', properties: { plan: ['pro'] } },
      { user_id: 'b', event: 'Visit', timestamp: '2026-01-07T00:00:00Z', properties: { seconds: '3' } },
      { user_id: 'b', event: 'Visit', timestamp: '2026-03-01T00:00:00Z', properties: { seconds: 60 } },
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) => retention.calls.compile({ params, context });
const rows = (facts: Sql) => engine.rows(sql`SELECT user_id, value, denominator FROM (${facts}) ORDER BY timestamp`);

test('facts mark the events that begin and those that bring back, before as-of', async () => {
  expect(rows(await compile({ startEvent: 'Signup', returnEvent: 'Visit' }))).toEqual([
    { user_id: 'a', value: 0, denominator: 1 },
    { user_id: 'b', value: 0, denominator: 1 },
    { user_id: 'b', value: 1, denominator: 0 },
    { user_id: 'a', value: 1, denominator: 0 },
  ]);
});

test('the same event may do both, as in the months in which buyers buy again', async () => {
  expect(rows(await compile({ startEvent: 'Visit', returnEvent: 'Visit' }))).toEqual([
    { user_id: 'b', value: 1, denominator: 1 },
    { user_id: 'a', value: 1, denominator: 1 },
  ]);
});

test('empty names are any event', async () => {
  expect(rows(await compile({}))).toHaveLength(4);
  expect(rows(await compile({ startEvent: 'Signup' })).filter((row) => row['value'] === 1)).toHaveLength(4);
});

test('each side has a condition of its own; a property of the wrong type does not hold', async () => {
  const startWhere = { combinator: 'and', rules: [{ field: 'plan', operator: '=', value: 'pro' }] };
  const returnWhere = { combinator: 'and', rules: [{ field: 'seconds', operator: '>', value: 10 }] };
  const facts = await compile({ startEvent: 'Signup', startWhere, returnEvent: 'Visit', returnWhere });
  expect(rows(facts)).toEqual([
    { user_id: 'a', value: 0, denominator: 1 },
    { user_id: 'a', value: 1, denominator: 0 },
  ]);
});

test('facts survive JSON', async () => {
  const facts = await compile({ startEvent: 'Signup' });
  expect(rows(JSON.parse(JSON.stringify(facts)) as Sql)).toEqual(rows(facts)); // what another process would hand over
});

test('the definition reads as a sentence', async () => {
  const params = {
    startEvent: 'Signup',
    startWhere: { combinator: 'and', rules: [{ field: 'plan', operator: '=', value: 'pro' }] },
    returnEvent: 'Visit',
  };
  expect(await retention.calls.shape({ params })).toMatchObject({
    type: 'retention',
    unit: '%',
    reads:
      'Share of users with at least one Visit event in a later period, of users whose first Signup event where plan is pro was in the period of the cohort.',
  });
});
