import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { relationOf, stepContext } from './testing/step-context.js';
import { unionStep } from './union.step.js';
import { mergedType } from './union-columns.js';
import { describeColumn, type Relation } from '@pelton/contract';

let engine: Engine;
let shop: Relation;
let web: Relation;
beforeAll(() => {
  engine = openEngine();
  shop = relationOf(engine, 'shop', { id: 'Int32', day: 'Date', till: 'String', words: 'Array(String)' }, [
    { id: 1, day: '2026-01-01', till: 'A', words: ['x'] },
  ]);
  web = relationOf(engine, 'web', { day: "DateTime64(3, 'UTC')", id: 'Nullable(Float64)', page: 'String' }, [
    { day: '2026-01-02T03:00:00Z', id: 2.5, page: '/' },
    { day: '2026-01-02T03:00:00Z', id: null, page: '' },
  ]);
});
afterAll(() => engine.close());

const compile = (params: object, inputs: Record<string, Relation>) =>
  unionStep.compile(stepContext(unionStep, params, inputs));

describe('union', () => {
  test('puts rows under each other; a column that one lacks is empty there', async () => {
    const query = await compile({ origin: 'from' }, { first: shop, second: web });
    const found = engine
      .rows(query)
      .sort((a, b) => String(a['day']).localeCompare(String(b['day'])) || Number(b['id']) - Number(a['id']));
    expect(found).toEqual([
      { id: 1, day: '2026-01-01 00:00:00.000', till: 'A', words: ['x'], page: null, from: 'first' },
      { id: 2.5, day: '2026-01-02 03:00:00.000', till: null, words: [], page: '/', from: 'second' },
      { id: null, day: '2026-01-02 03:00:00.000', till: null, words: [], page: '', from: 'second' },
    ]);
    expect(engine.columns(query).map(({ type }) => type)).toEqual([
      'Nullable(Float64)',
      "DateTime64(3, 'UTC')",
      'Nullable(String)',
      'Array(String)',
      'Nullable(String)',
      'String',
    ]);
  });

  test('takes up to four inputs, of which any may be empty', async () => {
    const none = relationOf(engine, 'none', { id: 'Int32', day: 'Date' }, []);
    expect(engine.rows(await compile({}, { first: none, second: none }))).toEqual([]);
    expect(engine.rows(await compile({}, { first: shop, second: none, third: shop, fourth: shop }))).toHaveLength(3);
  });

  test('a column whose types do not fit is told with the input that it comes from', async () => {
    const other = relationOf(engine, 'other', { id: 'String' }, []);
    await expect(compile({}, { first: shop, second: web, third: other })).rejects.toThrow(
      'id is text at the third input and number at the first. Convert one with Select columns before.',
    );
    const lists = relationOf(engine, 'lists', { words: 'Array(Int64)' }, []);
    await expect(compile({}, { first: shop, second: lists })).rejects.toThrow('words is list at the second input');
    await expect(compile({}, { first: shop })).rejects.toThrow('Nothing is connected to second');
    await expect(compile({ origin: 'till' }, { first: shop, second: web })).rejects.toThrow(
      'origin: two columns would be called till',
    );
  });

  test.each([
    [['Int32', 'Int64'], 'Int64'],
    [['UInt64', 'Int64'], 'Decimal(38, 0)'],
    [['Decimal(18, 2)', 'Int64', 'Decimal(9, 4)'], 'Decimal(38, 4)'],
    [['Decimal(18, 2)', 'Float32'], 'Float64'],
    [['LowCardinality(String)', 'Nullable(UUID)'], 'Nullable(String)'],
    [['Date', "DateTime('UTC')"], "DateTime64(3, 'UTC')"],
    [['Nullable(Bool)', 'Bool'], 'Nullable(Bool)'],
  ])('%s become %s', (types, merged) => {
    expect(mergedType(types.map((type) => describeColumn('x', type)))).toBe(merged);
  });
});
