import { property, sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compileOver, type DataView } from './data-context.js';

const EVENTS = {
  message_id: 'String',
  type: 'String',
  event: 'String',
  user_id: 'String',
  timestamp: "DateTime64(3, 'UTC')",
  properties: 'JSON',
};
const view: DataView = { database: 'default', timezone: 'UTC', asOf: '2026-02-01T00:00:00Z' };

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  const row = (user: string, properties: object) => ({
    message_id: user,
    type: 'track',
    event: 'Order',
    user_id: user,
    timestamp: '2026-01-01T00:00:00Z',
    properties,
  });
  const rows = [row('a', { price: 5, address: { city: 'Lyon' }, 'we`ird': 'x' }), row('b', { address: 'none' })];
  engine.table('events', EVENTS, rows, ['event', 'user_id', 'message_id']);
});
afterAll(() => engine.close());

const select = (...names: string[]) =>
  compileOver(view, ({ events }) =>
    Promise.resolve(
      sql`SELECT user_id, [${names.map((name) => property(name, 'text')).reduce((all, one) => sql`${all}, ${one}`)}] AS found FROM ${events} ORDER BY user_id`,
    ),
  );

test('a property means the same, whatever its name and its neighbours', async () => {
  expect(engine.rows(await select('price', 'address', 'address.city', 'we`ird', 'missing'))).toEqual([
    { user_id: 'a', found: ['5', '', 'Lyon', 'x', ''] },
    { user_id: 'b', found: ['', 'none', '', '', ''] },
  ]);
});

test('only the properties that are named are read', async () => {
  const plan = engine.rows<{ explain: string }>(sql`EXPLAIN header = 1 ${await select('address.city')}`);
  const read = plan.map(({ explain }) => explain).join('\n');
  expect(read).toContain('properties.address.city Dynamic');
  expect(read).not.toMatch(/properties JSON/);
});
