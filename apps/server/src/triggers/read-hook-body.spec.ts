import { WebhookTrigger } from '@pelton/contract';
import { expect, test } from 'vitest';
import { readHookBody } from './read-hook-body.js';

const trigger = (more: object = {}) => WebhookTrigger.parse({ kind: 'webhook', ...more });

test('a body is one row, or a list of rows, wherever in it they are', () => {
  expect(readHookBody({ id: 1 }, trigger())).toEqual([{ body: '{"id":1}' }]);
  expect(readHookBody([{ id: 1 }, { id: 2 }], trigger())).toEqual([{ body: '{"id":1}' }, { body: '{"id":2}' }]);
  expect(readHookBody({ data: { orders: [{ id: 3 }] } }, trigger({ rows: 'data.orders' }))).toEqual([
    { body: '{"id":3}' },
  ]);
});

test('columns are read by their family, and are empty where a row has something else', () => {
  const columns = [
    { name: 'user_id', family: 'text' },
    { name: 'order.total', family: 'number' },
    { name: 'paid', family: 'boolean' },
    { name: 'at', family: 'time' },
  ];
  const read = (row: object) => readHookBody(row, trigger({ columns }))[0];
  expect(read({ user_id: 7, order: { total: '9.5' }, paid: true, at: '2026-01-01' })).toMatchObject({
    user_id: '7',
    'order.total': 9.5,
    paid: true,
    at: '2026-01-01T00:00:00.000Z',
  });
  expect(read({ order: { total: 'much' }, paid: 'yes', at: 'soon' })).toMatchObject({
    user_id: null,
    'order.total': null,
    paid: null,
    at: null,
  });
});

test('what is no row is refused with where it was looked for', () => {
  expect(() => readHookBody({ a: 1 }, trigger({ rows: 'data' }))).toThrow('data: Row 0 is no object');
  expect(() => readHookBody([{}, 5], trigger())).toThrow('Row 1 is no object');
  expect(() =>
    readHookBody(
      Array.from({ length: 10_001 }, () => ({})),
      trigger(),
    ),
  ).toThrow('These are 10001 rows; at most 10000 in one call');
});
