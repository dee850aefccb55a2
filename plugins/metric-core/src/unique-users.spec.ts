import { type DataContext, type Sql, sql } from '@pelton/sdk';
import { dataContext, type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { uniqueUsers } from './unique-users.js';

let engine: Engine;
let context: DataContext;
beforeAll(() => {
  engine = openEngine();
  context = dataContext(engine, {
    asOf: '2026-03-01T00:00:00Z',
    events: [
      { user_id: 'a', event: 'Visit', timestamp: '2026-02-01T10:00:00Z', properties: { device: 'phone' } },
      { user_id: 'a', event: 'Visit', timestamp: '2026-02-02T10:00:00Z', properties: { device: 'desk' } },
      { user_id: 'b', event: 'Order', timestamp: '2026-02-03T10:00:00Z', properties: { device: 7 } },
      { user_id: 'c', event: 'Visit', timestamp: '2026-03-01T00:00:00Z' },
    ],
  });
});
afterAll(() => engine.close());

const compile = (params: object) => uniqueUsers.calls.compile({ params, context });
const users = (facts: Sql) => engine.rows(sql`SELECT user_id, value FROM (${facts}) GROUP BY ALL ORDER BY user_id`);

test('users with a fact are those who did it before as-of', async () => {
  expect(users(await compile({ event: 'Visit' }))).toEqual([{ user_id: 'a', value: 1 }]);
});

test('an empty name finds whoever did anything', async () => {
  expect(users(await compile({}))).toEqual([
    { user_id: 'a', value: 1 },
    { user_id: 'b', value: 1 },
  ]);
});

test('a user stands in each group of a dimension that events put him in', async () => {
  const facts = await compile({ dimensions: ['device'] });
  expect(
    engine.rows(sql`SELECT device, uniqExact(user_id) AS users FROM (${facts}) GROUP BY device ORDER BY device`),
  ).toEqual([
    { device: '7', users: 1 },
    { device: 'desk', users: 1 },
    { device: 'phone', users: 1 },
  ]);
});

test('facts survive JSON', async () => {
  const facts = await compile({ event: 'Visit' });
  expect(users(JSON.parse(JSON.stringify(facts)) as Sql)).toEqual(users(facts)); // what another process would hand over
});

test('the definition reads as a sentence', async () => {
  expect(await uniqueUsers.calls.shape({ params: { event: 'Visit', inverse: true } })).toMatchObject({
    type: 'unique_users',
    unit: 'users',
    inverse: true,
    reads: 'Users with at least one Visit event in the period, each counted once.',
  });
});
