import { expect, test } from 'vitest';
import { guessPick, toSyncs } from './pick';

const orders = {
  name: 'public.orders',
  title: 'Orders',
  columns: [],
  rows: 10,
  primaryKey: ['id'],
  cursors: ['updated_at', 'id'],
};

test('loads only what is new where a table tells what that is', () => {
  expect(guessPick(orders)).toMatchObject({ mode: 'incremental', cursor: 'updated_at', key: ['id'] });
  expect(guessPick({ name: 'a.csv', title: 'a.csv', columns: [], rows: null })).toMatchObject({
    mode: 'full_refresh',
    cursor: '',
    key: [],
  });
});

test('names syncs apart', () => {
  const file = { name: 'x', title: 'orders.csv', columns: [], rows: null };
  const syncs = toSyncs([guessPick(orders), guessPick(file)], { connection: 'db', schedule: null, taken: ['orders'] });
  expect(syncs.map(({ name, title, dataset }) => [name, title, dataset])).toEqual([
    ['orders-2', 'Orders', 'orders-2'],
    ['orders-3', 'orders', 'orders-3'],
  ]);
  expect(syncs[0]).toMatchObject({ cursor: 'updated_at', stream: { stream: 'public.orders' } });
  expect(syncs[1]).not.toHaveProperty('cursor');
});
