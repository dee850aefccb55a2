import { type Column, type ColumnFamily, describeColumn, type Sql } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { barsQuery, profiledFields, readBars, readSummary, summaryQuery, valuesQuery } from './profile.queries.js';

const TYPES = {
  shop: 'LowCardinality(Nullable(String))',
  amount: 'Nullable(Decimal(10, 2))',
  at: "DateTime64(3, 'UTC')",
  day: 'Nullable(Date)',
  isPaid: 'Bool',
  properties: 'JSON',
};
const columns: Column[] = Object.entries(TYPES).map(([name, type]) => describeColumn(name, type));
const keys = new Map<string, ReadonlyMap<string, ColumnFamily>>([
  ['properties', new Map([['revenue', 'number'] as const, ['plan', 'text'] as const])],
]);
const fields = profiledFields(columns, keys);

let engine: Engine;
let rows: Sql;
beforeAll(() => {
  engine = openEngine();
  const made = Array.from({ length: 100 }, (_, index) => ({
    shop: index % 4 === 0 ? null : index % 4 === 1 ? '' : index < 60 ? 'Lyon' : 'Nice',
    amount: index === 99 ? null : index,
    at: '2026-01-01T00:00:00Z',
    day: index < 50 ? '2026-01-01' : '2026-01-03',
    isPaid: index < 10,
    properties: index < 40 ? { revenue: index % 2 ? index : 'much', plan: 'pro' } : { plan: null },
  }));
  rows = sql`SELECT * FROM ${engine.table('orders', TYPES, made)}`;
});
afterAll(() => engine.close());

function profiles() {
  const [row = {}] = engine.rows(summaryQuery(rows, fields));
  return fields.map((field, index) => readSummary(field, index, row));
}
const profileOf = (name: string) => profiles().find((profile) => profile.name === name);

test('text is counted: empty, different, and what stands most often', () => {
  expect(profileOf('shop')).toEqual({
    name: 'shop',
    family: 'text',
    empty: 50,
    distinct: 2,
    top: [
      { value: 'Lyon', count: 30 },
      { value: 'Nice', count: 20 },
    ],
    spread: null,
  });
});

test('numbers have ends, a middle and bars over all rows', () => {
  const profile = profileOf('amount');
  expect(profile).toMatchObject({ empty: 1, distinct: 99, spread: { least: 0, most: 98, median: 49 } });
  const index = fields.findIndex(({ name }) => name === 'amount');
  const [row = {}] = engine.rows(
    barsQuery(
      rows,
      fields.slice(index, index + 1).map((field) => ({ field, index, least: 0, most: 98 })),
    ),
  );
  const bars = readBars(index, row);
  expect(bars).toHaveLength(20);
  expect(bars.reduce((sum, count) => sum + count)).toBe(99);
  expect(bars.slice(0, 3)).toEqual([5, 5, 5]);
});

test('times are milliseconds, and one moment has no width', () => {
  const newYear = Date.parse('2026-01-01T00:00:00Z');
  expect(profileOf('at')?.spread).toMatchObject({ least: newYear, most: newYear });
  expect(profileOf('day')?.spread).toMatchObject({ least: newYear, most: newYear + 2 * 86_400_000 });
});

test('values inside of JSON are profiled as what they hold', () => {
  expect(profileOf('properties.revenue')).toMatchObject({
    family: 'number',
    empty: 60,
    spread: { least: 1, most: 39 },
  });
  expect(profileOf('properties.plan')).toMatchObject({ empty: 60, distinct: 1, top: [{ value: 'pro', count: 40 }] });
  expect(profileOf('isPaid')?.top.map(({ count }) => count)).toEqual([90, 10]);
});

test('nothing is said of no rows', () => {
  const none = sql`SELECT * FROM (${rows}) WHERE amount > 1000`;
  const [row = {}] = engine.rows(summaryQuery(none, fields));
  expect(fields.map((field, index) => readSummary(field, index, row))).toEqual(
    fields.map(({ name, family }) => ({ name, family, empty: 0, distinct: 0, top: [], spread: null })),
  );
});

test('values are found by a part of them, the most frequent first', () => {
  expect(engine.rows(valuesQuery(rows, 'shop', '', 10))).toEqual([
    { value: 'Lyon', count: 30 },
    { value: 'Nice', count: 20 },
  ]);
  expect(engine.rows(valuesQuery(rows, 'shop', 'NI', 10))).toEqual([{ value: 'Nice', count: 20 }]);
});
