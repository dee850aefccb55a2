import { property, sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileOver, dataContext, type DataView } from './data-context.js';

const EVENTS = {
  message_id: 'String',
  type: 'String',
  event: 'String',
  user_id: 'String',
  anonymous_id: 'String',
  timestamp: "DateTime64(3, 'UTC')",
  properties: 'JSON',
};
const TRAITS = { user_id: 'String', trait: 'String', value: 'String', updated_at: "DateTime64(3, 'UTC')" };
const view: DataView = { database: 'default', timezone: 'UTC', asOf: '2026-02-01T00:00:00Z' };

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  const row = (user_id: string, properties: object, anonymous_id = '') => ({
    message_id: `${user_id}${anonymous_id}`,
    type: 'track',
    event: 'Order',
    user_id,
    anonymous_id,
    timestamp: '2026-01-01T00:00:00Z',
    properties,
  });
  const rows = [
    row('a', { price: 5, address: { city: 'Lyon' }, 'we`ird': 'x' }),
    row('b', { address: 'none' }),
    row('', { price: 7, address: { city: 'Nice' } }, 'visitor of a'),
    row('alias of a', { price: 9 }),
    row('', { price: 1 }, 'visitor of nobody'),
  ];
  engine.table('events', EVENTS, rows, ['event', 'user_id', 'message_id']);
  engine.table('identities', { identifier: 'String', user_id: 'String' }, [
    { identifier: 'visitor of a', user_id: 'a' },
    { identifier: 'alias of a', user_id: 'a' },
  ]);
  const trait = (user_id: string, name: string, value: string, day: number) => ({
    user_id,
    trait: name,
    value,
    updated_at: `2026-01-0${day}T00:00:00Z`,
  });
  engine.table(
    'user_traits',
    TRAITS,
    [trait('a', 'city', 'Lyon', 1), trait('alias of a', 'city', 'Oslo', 2), trait('alias of a', 'plan', 'gold', 2)],
    ['user_id', 'trait'],
  );
});
afterAll(() => engine.close());

const select = (...names: string[]) =>
  compileOver(view, ({ events }) =>
    Promise.resolve(
      sql`SELECT user_id, [${names.map((name) => property(name, 'text')).reduce((all, one) => sql`${all}, ${one}`)}] AS found FROM ${events} ORDER BY user_id, found`,
    ),
  );

test('a property means the same, whatever its name and its neighbours', async () => {
  expect(engine.rows(await select('price', 'address', 'address.city', 'we`ird', 'missing'))).toEqual([
    { user_id: 'a', found: ['5', '', 'Lyon', 'x', ''] },
    { user_id: 'a', found: ['7', '', 'Nice', '', ''] },
    { user_id: 'a', found: ['9', '', '', '', ''] },
    { user_id: 'b', found: ['', 'none', '', '', ''] },
  ]);
});

test('what a visitor did is the user’s, and what nobody owns is nobody’s', () => {
  const { events } = dataContext(view);
  expect(engine.rows(sql`SELECT user_id, count() AS events FROM ${events} GROUP BY user_id ORDER BY user_id`)).toEqual([
    { user_id: 'a', events: 3 },
    { user_id: 'b', events: 1 },
  ]);
  const some = dataContext({ ...view, users: sql`SELECT 'b' AS user_id` });
  expect(engine.rows(sql`SELECT DISTINCT user_id FROM ${some.events}`)).toEqual([{ user_id: 'b' }]);
});

test('traits of an alias are the user’s, unless the user has one of their own', () => {
  const { users } = dataContext(view);
  expect(engine.rows(sql`SELECT user_id, traits FROM ${users}`)).toEqual([
    { user_id: 'a', traits: { city: 'Lyon', plan: 'gold' } },
  ]);
});

test('only the properties that are named are read', async () => {
  const plan = engine.rows<{ explain: string }>(sql`EXPLAIN header = 1 ${await select('address.city')}`);
  const read = plan.map(({ explain }) => explain).join('\n');
  expect(read).toContain('properties.address.city Dynamic');
  expect(read).not.toMatch(/properties JSON/);
});
