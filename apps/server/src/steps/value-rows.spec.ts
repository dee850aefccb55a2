import type { Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { relationOf, stepContext } from './testing/step-context.js';
import { propertyRows, toItemsStep } from './to-items.step.js';

let engine: Engine;
let prices: Relation;
beforeAll(() => {
  engine = openEngine();
  const columns = { sku: 'Nullable(Float64)', since: 'String', price: 'Float64', name: 'Nullable(String)' };
  prices = relationOf(engine, 'prices', columns, [
    { sku: 1, since: '2026-01-01', price: 10, name: 'Tea' },
    { sku: 1, since: '2026-03-01', price: 12, name: null },
    { sku: 2, since: 'unknown', price: 5, name: 'Mug' },
    { sku: null, since: '2026-01-01', price: 1, name: 'Nobody' },
  ]);
  const stored = {
    type: 'String',
    item_id: 'String',
    property: 'String',
    value: 'String',
    updated_at: "DateTime64(3, 'UTC')",
  };
  engine.table(
    'item_properties',
    stored,
    [
      { type: 'product', item_id: '1', property: 'price', value: '12', updated_at: '2026-01-01T00:00:00Z' },
      { type: 'product', item_id: '1', property: 'price', value: '9', updated_at: '2027-01-01T00:00:00Z' },
      { type: 'service', item_id: '2', property: 'price', value: '5', updated_at: '2026-01-01T00:00:00Z' },
    ],
    ['type', 'property', 'item_id', 'updated_at'],
  );
});
afterAll(() => engine.close());

const written = (params: object, items: Relation) => {
  const context = stepContext(toItemsStep, { type: 'product', itemId: 'sku', ...params }, { rows: prices });
  return engine
    .rows<{ id: string; name: string; value: string; at: string }>(
      sql`SELECT * FROM (${propertyRows(context, items.sql)}) ORDER BY id, name, at`,
    )
    .map(({ id, name, value, at }) => [id, name, value, at]);
};

test('with a time, every value is of its own; one that cannot be read is the run’s', () => {
  expect(written({ updatedAt: 'since' }, prices)).toEqual([
    ['1', 'name', 'Tea', '2026-01-01 00:00:00.000'],
    ['1', 'price', '10', '2026-01-01 00:00:00.000'],
    ['1', 'price', '12', '2026-03-01 00:00:00.000'],
    ['2', 'name', 'Mug', '2026-11-20 23:59:59.999'],
    ['2', 'price', '5', '2026-11-20 23:59:59.999'],
  ]);
});

test('without a time, what is known already as of the run is not said again', () => {
  const items = relationOf(engine, 'items_now', { item_id: 'String', price: 'Float64' }, [
    { item_id: '1', price: 12 },
    { item_id: '2', price: 5 },
  ]);
  const properties = [{ name: 'price', column: 'price' }];
  expect(written({ properties }, items)).toEqual([['2', 'price', '5', '2026-11-20 23:59:59.999']]);
});
