import { expect, test } from 'vitest';
import { describeColumn } from './columns.js';
import { explainAlike, explainWire, type InputPort } from './ports.js';

const users: InputPort = {
  name: 'users',
  title: 'Users',
  needs: [{ name: 'user_id', family: 'text' }],
  optional: false,
};

test('a wire is legal when the relation has the needed columns, whatever else it has', () => {
  const columns = [describeColumn('user_id', 'LowCardinality(String)'), describeColumn('total', 'Float64')];
  expect(explainWire(columns, users)).toBeUndefined();
});

test('a refused wire says which column is missing and which ones may have been meant', () => {
  const columns = [describeColumn('InvoiceNo', 'String'), describeColumn('CustomerID', 'Nullable(Float64)')];
  expect(explainWire(columns, users)).toEqual({
    column: 'user_id',
    wanted: 'text',
    found: undefined,
    closest: [{ name: 'CustomerID', family: 'number' }],
  });
});

test('of several columns, one that names a person is told first', () => {
  const columns = ['order_id', 'CustomerID', 'product_id', 'price'].map((name) => describeColumn(name, 'String'));
  expect(explainWire(columns, users)?.closest.map(({ name }) => name)).toEqual([
    'CustomerID',
    'order_id',
    'product_id',
  ]);
});

test('a column of the right name and the wrong family is refused with what was found', () => {
  expect(explainWire([describeColumn('user_id', 'Int64')], users)).toMatchObject({
    column: 'user_id',
    wanted: 'text',
    found: 'number',
  });
});

test.each([
  ["Nullable(DateTime64(3, 'UTC'))", 'time', true],
  ['Array(Nullable(String))', 'list', false],
  ['Decimal(18, 2)', 'number', false],
  ['Bool', 'boolean', false],
  ['JSON', 'json', false],
  ['Dynamic', 'json', true],
  ['LowCardinality(Nullable(String))', 'text', true],
  ['AggregateFunction(sum, UInt64)', 'other', false],
])('%s is of the family %s', (type, family, nullable) => {
  expect(describeColumn('x', type)).toEqual({ name: 'x', type, family, nullable });
});

test('ports that become one tell a column whose family differs', () => {
  const orders = [describeColumn('sku', 'String'), describeColumn('amount', 'Float64')];
  const prices = [describeColumn('amount', 'String')];
  expect(explainAlike(prices, [{ port: 'First', columns: orders }])).toEqual({
    column: 'amount',
    found: 'text',
    wanted: 'number',
    port: 'First',
  });
  expect(explainAlike([describeColumn('sku', 'String')], [{ port: 'First', columns: orders }])).toBeUndefined();
});
