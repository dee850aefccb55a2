import { inEnglish, type Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine, type TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { deduplicateStep } from './deduplicate.step.js';
import { sampleStep } from './sample.step.js';
import { sortStep } from './sort.step.js';
import type { QueryKind } from './step-kind.js';
import { relationOf, stepContext } from './testing/step-context.js';

let engine: Engine;
let visits: Relation;
let none: Relation;
let people: Relation;
beforeAll(() => {
  engine = openEngine();
  const columns = { id: 'Int32', who: 'Nullable(String)', at: 'Nullable(Date)', words: 'Array(String)' };
  visits = relationOf(engine, 'visits', columns, [
    { id: 1, who: 'ann', at: '2026-01-02', words: ['a'] },
    { id: 2, who: 'ann', at: '2026-01-01', words: [] },
    { id: 3, who: null, at: '2026-01-03', words: [] },
    { id: 4, who: null, at: null, words: [] },
    { id: 5, who: 'bob', at: null, words: [] },
    { id: 5, who: 'bob', at: null, words: [] },
  ]);
  none = relationOf(engine, 'none', columns, []);
  people = {
    sql: sql`SELECT number AS id, concat('u', toString(number % 1000)) AS who FROM numbers(10000)`,
    columns: engine.columns(sql`SELECT toUInt64(1) AS id, 'a' AS who`),
  };
});
afterAll(() => engine.close());

async function run<P>(kind: QueryKind<P>, params: object, rows = visits): Promise<TableRow[]> {
  return engine.rows(await kind.compile(stepContext(kind, params, { rows })));
}
const idsOf = (found: TableRow[]) => found.map(({ id }) => id);
const sorted = (found: TableRow[]) => idsOf(found).toSorted((a, b) => Number(a) - Number(b));

describe('sort', () => {
  test('orders by several columns, empty values last either way', async () => {
    const by = [{ column: 'who', direction: 'descending' }, { column: 'at' }];
    expect(idsOf(await run(sortStep, { by }))).toEqual([5, 5, 2, 1, 3, 4]);
    expect(idsOf(await run(sortStep, { by: [{ column: 'at', direction: 'descending' }], limit: 2 }))).toEqual([3, 1]);
  });

  test('keeps its order through a filter after it', async () => {
    const query = await sortStep.compile(
      stepContext(sortStep, { by: [{ column: 'id', direction: 'descending' }] }, { rows: people }),
    );
    const [first, second] = engine.rows(sql`SELECT id FROM (SELECT * FROM (${query}) WHERE id % 2 = 0) LIMIT 2`);
    expect([first, second]).toEqual([{ id: 9998 }, { id: 9996 }]);
  });

  test('rows that the order does not tell apart are the same first ones each time', async () => {
    const first = () => run(sortStep, { by: [{ column: 'who' }], limit: 3 }, people).then(idsOf);
    expect(await first()).toEqual(await first());
  });

  test('no rows give no rows; a wrong column is told at its field', async () => {
    expect(await run(sortStep, { by: [{ column: 'id' }] }, none)).toEqual([]);
    await expect(run(sortStep, { by: [{ column: 'id' }, { column: 'x' }] })).rejects.toThrow(
      'by.1.column: There is no column x.',
    );
    expect(
      inEnglish(sortStep.summary(sortStep.params.parse({ by: [{ column: 'at', direction: 'descending' }], limit: 3 }))),
    ).toBe('at ↓ · first 3');
  });
});

describe('remove duplicates', () => {
  test('keeps the first or the last of each key; rows without a key are one key too', async () => {
    expect(sorted(await run(deduplicateStep, { keys: ['who'], keep: 'first', by: 'at' }))).toEqual([2, 3, 5]);
    expect(sorted(await run(deduplicateStep, { keys: ['who'], keep: 'last', by: 'at' }))).toEqual([1, 3, 5]);
  });

  test('makes rows one that are the same in every column', async () => {
    expect(sorted(await run(deduplicateStep, {}))).toEqual([1, 2, 3, 4, 5]);
    expect(await run(deduplicateStep, {}, none)).toEqual([]);
  });

  test('without an order, it keeps the same one each time, wherever it stands', async () => {
    const reversed = { ...people, sql: sql`SELECT * FROM (${people.sql}) ORDER BY id DESC` };
    const found = await run(deduplicateStep, { keys: ['who'] }, people);
    expect(found).toHaveLength(1000);
    expect(sorted(await run(deduplicateStep, { keys: ['who'] }, reversed))).toEqual(sorted(found));
  });

  test('a wrong column is told at its field', async () => {
    await expect(run(deduplicateStep, { keys: ['x'] })).rejects.toThrow('keys: There is no column x.');
    await expect(run(deduplicateStep, { by: 'x' })).rejects.toThrow('by: There is no column x.');
    expect(inEnglish(deduplicateStep.summary(deduplicateStep.params.parse({ keys: ['who'], by: 'at' })))).toBe(
      'one row for each who · last by at',
    );
  });
});

describe('sample', () => {
  test('takes nearly the share, the same rows each time, others with another seed', async () => {
    const found = await run(sampleStep, { percent: 10 }, people);
    expect(Math.abs(found.length - 1000)).toBeLessThan(100); // over three standard deviations
    const reversed = { ...people, sql: sql`SELECT * FROM (${people.sql}) ORDER BY id DESC` };
    expect(sorted(await run(sampleStep, { percent: 10 }, reversed))).toEqual(sorted(found));
    const other = new Set(idsOf(await run(sampleStep, { percent: 10, seed: '2' }, people)));
    expect(found.filter(({ id }) => other.has(id)).length).toBeLessThan(200);
  });

  test('a larger share holds the smaller; none and all are exact', async () => {
    const larger = new Set(idsOf(await run(sampleStep, { percent: 20 }, people)));
    expect(idsOf(await run(sampleStep, { percent: 10 }, people)).filter((id) => !larger.has(id))).toEqual([]);
    expect(await run(sampleStep, { percent: 0 }, people)).toEqual([]);
    expect(await run(sampleStep, { percent: 100 }, people)).toHaveLength(10_000);
    expect(await run(sampleStep, { percent: 100 })).toHaveLength(6);
  });

  test('takes a number of rows, or all when there are fewer', async () => {
    const seven = await run(sampleStep, { take: 'fixed number', count: 7 }, people);
    expect(seven).toHaveLength(7);
    expect(await run(sampleStep, { take: 'fixed number', count: 7 }, people)).toEqual(seven);
    expect(await run(sampleStep, { take: 'fixed number', count: 7 })).toHaveLength(6);
    expect(await run(sampleStep, { take: 'fixed number', count: 7 }, none)).toEqual([]);
  });

  test('takes groups whole, also the one without a value', async () => {
    const share = await run(sampleStep, { percent: 10, key: 'who' }, people);
    const groups = new Set(share.map(({ who }) => who));
    expect(Math.abs(groups.size - 100)).toBeLessThan(40);
    expect(share).toHaveLength(groups.size * 10);
    const three = await run(sampleStep, { take: 'fixed number', count: 3, key: 'who' }, people);
    expect([three.length, new Set(three.map(({ who }) => who)).size]).toEqual([30, 3]);
    expect(await run(sampleStep, { take: 'fixed number', count: 3, key: 'who' })).toHaveLength(6);
  });

  test('a wrong column is told at its field', async () => {
    await expect(run(sampleStep, { key: 'x' })).rejects.toThrow('key: There is no column x.');
    expect(inEnglish(sampleStep.summary(sampleStep.params.parse({ key: 'who' })))).toBe('10 % of the values of who');
  });
});
