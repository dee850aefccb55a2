import { inEnglish, type Relation } from '@pelton/contract';
import { type Engine, openEngine, type TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pivotStep } from './pivot.step.js';
import type { QueryKind } from './step-kind.js';
import { relationOf, stepContext } from './testing/step-context.js';
import { unpivotStep } from './unpivot.step.js';
import { windowStep } from './window.step.js';

let engine: Engine;
let sales: Relation;
let none: Relation;
beforeAll(() => {
  engine = openEngine();
  const columns = {
    shop: 'Nullable(String)',
    kind: 'LowCardinality(Nullable(String))',
    n: 'Nullable(Int32)',
    at: 'Date',
  };
  sales = relationOf(engine, 'sales', columns, [
    { shop: 'Lyon', kind: 'tea', n: 2, at: '2026-01-01' },
    { shop: 'Lyon', kind: 'tea', n: 3, at: '2026-01-02' },
    { shop: 'Lyon', kind: "o'mug", n: null, at: '2026-01-02' },
    { shop: null, kind: 'tea', n: 5, at: '2026-01-03' },
    { shop: 'Nice', kind: null, n: 7, at: '2026-01-01' },
  ]);
  none = relationOf(engine, 'none', columns, []);
});
afterAll(() => engine.close());

async function run<P>(kind: QueryKind<P>, params: object, rows = sales): Promise<TableRow[]> {
  return engine.rows(await kind.compile(stepContext(kind, params, { rows })));
}
async function columnsOf<P>(kind: QueryKind<P>, params: object) {
  const query = await kind.compile(stepContext(kind, params, { rows: sales }));
  return engine.columns(query).map(({ name, type }) => `${name} ${type}`);
}
const byShop = (found: TableRow[]) => found.sort((a, b) => String(a['shop']).localeCompare(String(b['shop'])));

describe('pivot', () => {
  const params = { groupBy: ['shop'], names: 'kind', values: ['tea', "o'mug"] };

  test('turns values into columns: counts are 0 without any, all else is empty', async () => {
    expect(byShop(await run(pivotStep, params))).toEqual([
      { shop: 'Lyon', tea: 2, "o'mug": 1 },
      { shop: 'Nice', tea: 0, "o'mug": 0 },
      { shop: null, tea: 1, "o'mug": 0 },
    ]);
    expect(byShop(await run(pivotStep, { ...params, measure: 'sum', column: 'n' }))).toEqual([
      { shop: 'Lyon', tea: 5, "o'mug": null },
      { shop: 'Nice', tea: null, "o'mug": null },
      { shop: null, tea: 5, "o'mug": null },
    ]);
  });

  test.each([
    ['count distinct', 2],
    ['mean', 2.5],
    ['least', 2],
    ['most', 3],
  ])('measures the %s', async (measure, tea) => {
    expect(byShop(await run(pivotStep, { ...params, measure, column: 'n' }))[0]).toMatchObject({ tea });
  });

  test('the columns are known before any run, and do not hang on the rows', async () => {
    const typed = { groupBy: ['shop'], names: 'kind', values: ['x'], measure: 'most', column: 'at' };
    expect(await columnsOf(pivotStep, typed)).toEqual(['shop Nullable(String)', 'x Nullable(Date)']);
    expect(await run(pivotStep, params, none)).toEqual([]);
    expect(await run(pivotStep, { ...params, groupBy: [] }, none)).toEqual([{ tea: 0, "o'mug": 0 }]);
  });

  test('what is wrong is told at its field', async () => {
    await expect(run(pivotStep, { ...params, names: 'x' })).rejects.toThrow('names: There is no column x.');
    await expect(run(pivotStep, { ...params, values: ['a', 'a'] })).rejects.toThrow(
      'values: two columns would be called a',
    );
    await expect(run(pivotStep, { ...params, values: ['shop'] })).rejects.toThrow(
      'values: two columns would be called shop',
    );
    await expect(run(pivotStep, { ...params, measure: 'sum', column: 'at' })).rejects.toThrow(
      'column: a sum needs numbers, at is time',
    );
    expect(inEnglish(pivotStep.summary(pivotStep.params.parse({ ...params, measure: 'sum', column: 'n' })))).toBe(
      'sum of n for each kind by shop',
    );
  });
});

describe('unpivot', () => {
  test('turns columns into rows, but no empty values', async () => {
    const found = await run(unpivotStep, { columns: ['n', 'kind'], name: 'what' });
    expect(found.filter(({ at }) => at !== '2026-01-01')).toEqual([
      { shop: 'Lyon', at: '2026-01-02', what: 'n', value: '3' },
      { shop: 'Lyon', at: '2026-01-02', what: 'kind', value: 'tea' },
      { shop: 'Lyon', at: '2026-01-02', what: 'kind', value: "o'mug" },
      { shop: null, at: '2026-01-03', what: 'n', value: '5' },
      { shop: null, at: '2026-01-03', what: 'kind', value: 'tea' },
    ]);
    expect(await run(unpivotStep, { columns: ['n', 'kind'], empty: true })).toHaveLength(10);
    expect(await run(unpivotStep, { columns: ['n'] }, none)).toEqual([]);
  });

  test('values of one kind stay what they are', async () => {
    const wide = relationOf(engine, 'wide', { id: 'Int32', a: 'Int32', b: 'Nullable(Float64)', c: 'Array(String)' }, [
      { id: 1, a: 1, b: 2.5, c: ['x'] },
    ]);
    expect(await run(unpivotStep, { columns: ['a', 'b'] }, wide)).toEqual([
      { id: 1, c: ['x'], name: 'a', value: 1 },
      { id: 1, c: ['x'], name: 'b', value: 2.5 },
    ]);
    expect(await run(unpivotStep, { columns: ['a', 'c'] }, wide)).toEqual([
      { id: 1, b: 2.5, name: 'a', value: '1' },
      { id: 1, b: 2.5, name: 'c', value: "['x']" },
    ]);
    expect(await columnsOf(unpivotStep, { columns: ['kind', 'shop'] })).toEqual([
      'n Nullable(Int32)',
      'at Date',
      'name String',
      'value Nullable(String)',
    ]);
  });

  test('what is wrong is told at its field', async () => {
    await expect(run(unpivotStep, { columns: ['x'] })).rejects.toThrow('columns: There is no column x.');
    await expect(run(unpivotStep, { columns: ['n', 'n'] })).rejects.toThrow('columns: two columns would be called n');
    await expect(run(unpivotStep, { columns: ['n'], name: 'shop' })).rejects.toThrow(
      'name: two columns would be called shop',
    );
    await expect(run(unpivotStep, { columns: ['n'], value: 'name' })).rejects.toThrow(
      'value: two columns would be called name',
    );
  });
});

describe('rank and compare rows', () => {
  const orderBy = [{ column: 'at' }];
  const wanted = (what: string, column = '') => [{ name: 'x', what, column }];

  test('numbers rows, and gives equals one rank', async () => {
    const columns = [...wanted('row number'), { name: 'rank', what: 'rank' }];
    const found = await run(windowStep, { orderBy, columns });
    const ranked = found.map(({ at, x, rank }) => [at, x, rank]).sort((a, b) => Number(a[1]) - Number(b[1]));
    expect(ranked).toEqual([
      ['2026-01-01', 1, 1],
      ['2026-01-01', 2, 1],
      ['2026-01-02', 3, 3],
      ['2026-01-02', 4, 3],
      ['2026-01-03', 5, 5],
    ]);
  });

  test('begins anew within each group, of which one may have no value', async () => {
    const columns = [
      { name: 'sum', what: 'running sum', column: 'n' },
      { name: 'count', what: 'running count' },
      { name: 'before', what: 'previous value', column: 'kind' },
      { name: 'after', what: 'next value', column: 'at' },
    ];
    const found = await run(windowStep, { groupBy: ['shop'], orderBy: [...orderBy, { column: 'n' }], columns });
    expect(byShop(found).map(({ shop, sum, count, before, after }) => [shop, sum, count, before, after])).toEqual([
      ['Lyon', 2, 1, null, '2026-01-02'],
      ['Lyon', 5, 2, 'tea', '2026-01-02'],
      ['Lyon', 5, 3, 'tea', null],
      ['Nice', 7, 1, null, null],
      [null, 5, 1, null, null],
    ]);
    expect(await run(windowStep, { orderBy, columns }, none)).toEqual([]);
  });

  test('the types of new columns are known before any run', async () => {
    const columns = [...wanted('previous value', 'at'), { name: 'sum', what: 'running sum', column: 'n' }];
    expect((await columnsOf(windowStep, { orderBy, columns })).slice(-2)).toEqual([
      'x Nullable(Date)',
      'sum Nullable(Int64)',
    ]);
  });

  test('what is wrong is told at its field', async () => {
    const first = { orderBy, columns: [{ name: 'n', what: 'rank' }] };
    await expect(run(windowStep, first)).rejects.toThrow('columns.0.name: two columns would be called n');
    await expect(run(windowStep, { orderBy, columns: wanted('running sum', 'kind') })).rejects.toThrow(
      'columns.0.column: a running sum needs numbers, kind is text',
    );
    await expect(run(windowStep, { orderBy: [{ column: 'x' }], columns: wanted('rank') })).rejects.toThrow(
      'orderBy.0.column: There is no column x.',
    );
    const params = windowStep.params.parse({ groupBy: ['shop'], orderBy, columns: wanted('rank') });
    expect(inEnglish(windowStep.summary(params))).toBe('x within shop in order of at');
  });
});
