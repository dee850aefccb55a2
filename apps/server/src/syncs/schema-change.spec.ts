import { describeColumn } from '@pelton/contract';
import { expect, test } from 'vitest';
import { describeChange, planSchema } from './schema-change.js';

const columns = (types: Record<string, string>) =>
  Object.entries(types).map(([name, type]) => describeColumn(name, type));
const known = columns({ id: 'Int64', name: 'Nullable(String)', price: 'Nullable(Float64)' });

test('the same columns change nothing, in any order', () => {
  const plan = planSchema(known, known.toReversed(), 'stop');
  expect(plan).toMatchObject({ stops: false, needsReload: false, change: { added: [], missing: [], changed: [] } });
});

test('new columns are added, and missing ones stay', () => {
  const found = columns({ id: 'Int64', name: 'Nullable(String)', size: 'Nullable(Int64)' });
  const plan = planSchema(known, found, 'add-columns');
  expect(plan.columns.map(({ name }) => name)).toEqual(['id', 'name', 'price', 'size']);
  expect(plan).toMatchObject({ stops: false, needsReload: false });
  expect(describeChange(plan.change)).toEqual(['size is new (Nullable(Int64))', 'price is missing']);
  expect(planSchema(known, found, 'stop').stops).toBe(true);
});

test.each([
  ['Int64', 'String', true],
  ['Nullable(String)', 'Nullable(Int64)', false],
  ['Nullable(Float64)', 'Nullable(Int64)', false],
  ['Nullable(Float64)', 'Int32', false],
  ['Int64', 'Int32', false],
  ['Int32', 'Int64', true],
  ['Int64', 'Nullable(Int64)', true],
  ["DateTime64(3, 'UTC')", 'Date32', true],
])('a column of %s stops at %s: %s', (before, after, stops) => {
  const plan = planSchema(columns({ x: before }), columns({ x: after }), 'add-columns');
  expect(plan).toMatchObject({ stops, needsReload: stops });
});
