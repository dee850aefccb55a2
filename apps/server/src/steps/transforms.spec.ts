import type { Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine, type TableRow } from '@pelton/sdk/testing';
import { emptyRelation } from '@pelton/warehouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { aggregateStep } from './aggregate.step.js';
import { filterStep } from './filter.step.js';
import { formulaStep } from './formula.step.js';
import { selectStep } from './select.step.js';
import type { QueryKind } from './step-kind.js';
import { relationOf, stepContext } from './testing/step-context.js';

let engine: Engine;
let rows: Relation;
beforeAll(() => {
  engine = openEngine();
  rows = relationOf(
    engine,
    't',
    {
      id: 'String',
      n: 'Nullable(Int64)',
      'the price': 'Float64',
      at: "DateTime64(3, 'UTC')",
      customer: 'Nullable(Float64)',
    },
    [
      { id: '001', n: 1, 'the price': 2.5, at: '2026-11-01T00:00:00Z', customer: 17850 },
      { id: '002', n: null, 'the price': 4, at: '2026-11-20T00:00:00Z', customer: null },
      { id: '003', n: 3, 'the price': 4, at: '2026-11-21T00:00:00Z', customer: 12 },
    ],
  );
});
afterAll(() => engine.close());

async function run<P>(kind: QueryKind<P>, params: unknown): Promise<TableRow[]> {
  return engine.rows(await kind.compile(stepContext(kind, params, { rows })));
}
const idsOf = (found: TableRow[]) => found.map((row) => row.id);

describe('filter', () => {
  test('keeps the rows that meet the condition, by the families of the columns', async () => {
    const condition = {
      combinator: 'or',
      rules: [
        { field: 'n', operator: '>', value: 2 },
        { field: 'n', operator: 'null' },
      ],
    };
    expect(idsOf(await run(filterStep, { condition }))).toEqual(['002', '003']);
  });

  test('counts days back from as-of, which is not included', async () => {
    const value = { kind: 'last', count: 7, unit: 'day' };
    const condition = { combinator: 'and', rules: [{ field: 'at', operator: 'during', value }] };
    expect(idsOf(await run(filterStep, { condition }))).toEqual(['002']);
  });

  test('an unknown column is told with those that there are', async () => {
    const condition = { combinator: 'and', rules: [{ field: 'cost', operator: '=', value: 1 }] };
    await expect(run(filterStep, { condition })).rejects.toThrow(
      'There is no column cost. The columns are id, n, the price, at and customer.',
    );
  });
});

describe('select columns', () => {
  test('keeps, renames and converts, in the order given', async () => {
    const columns = [
      { column: 'the price', as: 'price' },
      { column: 'customer', as: 'user_id', convert: 'text' },
      { column: 'id', convert: 'whole number' },
    ];
    expect(await run(selectStep, { columns })).toEqual([
      { price: 2.5, user_id: '17850', id: 1 },
      { price: 4, user_id: '', id: 2 },
      { price: 4, user_id: '12', id: 3 },
    ]);
  });

  test('keeps the rest too, when asked', async () => {
    const [first] = await run(selectStep, { columns: [{ column: 'id', as: 'key' }], rest: true });
    expect(Object.keys(first ?? {})).toEqual(['key', 'n', 'the price', 'at', 'customer']);
  });

  test('a value that cannot be converted becomes empty, or stops the run', async () => {
    const texts = relationOf(engine, 'texts', { a: 'Nullable(String)', b: 'String', n: 'Int64' }, [
      { a: '1.5', b: 'yes', n: 1767225600 },
      { a: null, b: '', n: 1767225600 },
    ]);
    const columns = [
      { column: 'a', convert: 'number' },
      { column: 'b', convert: 'yes or no' },
      { column: 'n', convert: 'time' },
    ];
    const strict = { columns, unreadable: 'stop the run' };
    const select = async (params: object, of: Relation = texts) =>
      selectStep.compile(stepContext(selectStep, params, { rows: of }));
    const readable = [
      { a: 1.5, b: true, n: '2026-01-01 00:00:00.000' },
      { a: null, b: null, n: '2026-01-01 00:00:00.000' },
    ];
    expect(engine.rows(await select({ columns }))).toEqual(readable);
    expect(engine.rows(await select(strict))).toEqual(readable);
    const broken = { ...texts, sql: sql`SELECT 'n/a' AS a, b, n FROM (${texts.sql})` };
    expect(engine.rows(await select({ columns }, broken)).map(({ a }) => a)).toEqual([null, null]);
    const stopped = await select(strict, broken);
    expect(() => engine.rows(stopped)).toThrow('a has a value that cannot become a number. Filter such rows out');
    const unknown = await select(strict, { ...texts, sql: emptyRelation(texts.columns) });
    expect(engine.columns(unknown).map(({ family }) => family)).toEqual(['number', 'boolean', 'time']);
  });

  test('a time stays the same moment, in whichever zone its column is', async () => {
    const types = {
      a: "DateTime('Asia/Seoul')",
      b: "Nullable(DateTime64(6, 'America/New_York'))",
      c: 'Date',
      d: 'String',
    };
    const moments = relationOf(engine, 'moments', types, [
      { a: '2026-07-01T00:00:00Z', b: '2026-07-01T00:00:00.250Z', c: '2026-07-01', d: '2026-07-01T02:00:00+02:00' },
    ]);
    const columns = ['a', 'b', 'c', 'd'].map((column) => ({ column, convert: 'time' }));
    for (const unreadable of ['become empty', 'stop the run']) {
      const query = await selectStep.compile(stepContext(selectStep, { columns, unreadable }, { rows: moments }));
      const midnight = '2026-07-01 00:00:00.000';
      expect(engine.rows(query)).toEqual([{ a: midnight, b: '2026-07-01 00:00:00.250', c: midnight, d: midnight }]);
    }
  });

  test('two columns of one name are refused', async () => {
    await expect(run(selectStep, { columns: [{ column: 'id' }, { column: 'n', as: 'id' }] })).rejects.toThrow(
      'columns: two columns would be called id',
    );
  });
});

describe('formula', () => {
  test('adds columns and replaces one of the same name', async () => {
    const columns = [
      { name: 'total', formula: '`the price` * ifNull(n, 0)' },
      { name: 'id', formula: "concat('#', id)" },
    ];
    const found = await run(formulaStep, { columns });
    expect(found.map((row) => [row.id, row.total])).toEqual([
      ['#001', 2.5],
      ['#002', 0],
      ['#003', 12],
    ]);
  });
});

describe('aggregate', () => {
  const measures = [
    { name: 'rows', measure: 'count' },
    { name: 'different', measure: 'count distinct', column: 'n' },
    { name: 'sum', measure: 'sum', column: 'n' },
    { name: 'mean', measure: 'mean', column: 'n' },
    { name: 'least', measure: 'least', column: 'id' },
    { name: 'most', measure: 'most', column: 'id' },
  ];

  test('makes one row for each value', async () => {
    const found = await run(aggregateStep, { groupBy: ['the price'], measures });
    expect(found.sort((a, b) => Number(a['the price']) - Number(b['the price']))).toEqual([
      { 'the price': 2.5, rows: 1, different: 1, sum: 1, mean: 1, least: '001', most: '001' },
      { 'the price': 4, rows: 2, different: 1, sum: 3, mean: 3, least: '002', most: '003' },
    ]);
  });

  test('makes one row of everything without a column to group by', async () => {
    expect(await run(aggregateStep, { measures: measures.slice(0, 1) })).toEqual([{ rows: 3 }]);
  });

  test('a measure called like a group is refused', async () => {
    await expect(run(aggregateStep, { groupBy: ['id'], measures: [{ name: 'id', measure: 'count' }] })).rejects.toThrow(
      'id is already a column',
    );
  });
});
