import { inEnglish, type Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine, type TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { joinStep } from './join.step.js';
import { relationOf, stepContext } from './testing/step-context.js';

let engine: Engine;
let orders: Relation;
let prices: Relation;
beforeAll(() => {
  engine = openEngine();
  const orderColumns = { id: 'Int64', sku: 'Nullable(String)', at: "DateTime64(3, 'UTC')", price: 'Float64' };
  orders = relationOf(engine, 'orders', orderColumns, [
    { id: 1, sku: '7', at: '2026-01-05T00:00:00Z', price: 9 },
    { id: 2, sku: '8', at: '2026-01-05T00:00:00Z', price: 8 },
    { id: 3, sku: '7', at: '2026-01-20T00:00:00Z', price: 7 },
    { id: 4, sku: null, at: '2026-01-20T00:00:00Z', price: 6 },
    { id: 5, sku: '', at: '2026-01-20T00:00:00Z', price: 5 },
  ]);
  const priceColumns = { sku: 'Nullable(Int64)', since: 'Nullable(Date)', price: 'Float64', words: 'Array(String)' };
  prices = relationOf(engine, 'prices', priceColumns, [
    { sku: 7, since: '2026-01-01', price: 10, words: ['old'] },
    { sku: 7, since: '2026-01-10', price: 12, words: ['new'] },
    { sku: 9, since: '2026-01-01', price: 1, words: [] },
    { sku: 7, since: null, price: 99, words: [] },
    { sku: null, since: '2026-01-01', price: 98, words: [] },
  ]);
});
afterAll(() => engine.close());

const keys = [{ left: 'sku' }];
const asOf = { leftTime: 'at', rightTime: 'since' };
async function join(params: object, inputs: Record<string, Relation> = { left: orders, right: prices }) {
  const found = engine.rows(await joinStep.compile(stepContext(joinStep, { keys, ...params }, inputs)));
  return found.sort((a, b) => Number(a['id']) - Number(b['id']) || Number(a['price_right']) - Number(b['price_right']));
}
const pick = (rows: TableRow[]) => rows.map((row) => [row['id'], row['price_right']]);

describe('join', () => {
  test('keeps every left row; what has no match, or no key, has nothing of the right', async () => {
    const found = await join({});
    expect(pick(found)).toEqual([
      [1, 10],
      [1, 12],
      [1, 99],
      [2, null],
      [3, 10],
      [3, 12],
      [3, 99],
      [4, null],
      [5, null],
    ]);
    expect(found[3]).toEqual({
      id: 2,
      sku: '8',
      at: '2026-01-05 00:00:00.000',
      price: 8,
      since: null,
      price_right: null,
      words: [],
    });
  });

  test('keeps matching rows alone, without making their columns optional', async () => {
    expect(pick(await join({ keep: 'matching rows' }))).toEqual(
      [1, 1, 1, 3, 3, 3].map((id, at) => [id, [10, 12, 99][at % 3]]),
    );
    const query = await joinStep.compile(
      stepContext(joinStep, { keys, keep: 'matching rows' }, { left: orders, right: prices }),
    );
    expect(engine.columns(query).map(({ name, type }) => `${name} ${type}`)).toEqual([
      'id Int64',
      'sku Nullable(String)',
      "at DateTime64(3, 'UTC')",
      'price Float64',
      'since Nullable(Date)',
      'price_right Float64',
      'words Array(String)',
    ]);
  });

  test('keeps left rows with or without a match once, with their own columns', async () => {
    const ids = async (keep: string, more = {}) => (await join({ keep, ...more })).map(({ id }) => id);
    expect(await ids('left rows with a match')).toEqual([1, 3]);
    expect(await ids('left rows without a match')).toEqual([2, 4, 5]);
    expect(await ids('left rows with a match', asOf)).toEqual([1, 3]);
    expect(await ids('left rows without a match', asOf)).toEqual([2, 4, 5]);
    expect(Object.keys((await join({ keep: 'left rows with a match' }))[0] ?? {})).toEqual([
      'id',
      'sku',
      'at',
      'price',
    ]);
  });

  test('takes the latest right row at or before the left one’s time', async () => {
    expect(pick(await join(asOf))).toEqual([
      [1, 10],
      [2, null],
      [3, 12],
      [4, null],
      [5, null],
    ]);
    expect(pick(await join({ ...asOf, keep: 'matching rows' }))).toEqual([
      [1, 10],
      [3, 12],
    ]);
  });

  test('a right row holds from its own instant on, in whichever zone and type each side says it', async () => {
    const at = "DateTime64(3, 'Asia/Seoul')";
    const left = relationOf(engine, 'moments', { id: 'Int64', sku: 'String', at }, [
      { id: 1, sku: '7', at: '2026-01-09T23:59:59.999Z' },
      { id: 2, sku: '7', at: '2026-01-10T00:00:00Z' },
      { id: 3, sku: '7', at: '2025-12-31T23:59:59.999Z' },
    ]);
    const texts = relationOf(engine, 'texts', { sku: 'String', since: 'String', price_right: 'Float64' }, [
      { sku: '7', since: '2026-01-10T00:00:00Z', price_right: 12 },
      { sku: '7', since: '2026-01-01', price_right: 10 },
      { sku: '7', since: 'soon', price_right: 99 },
    ]);
    const expected = [
      [1, 10],
      [2, 12],
      [3, null],
    ];
    const named = { ...prices, sql: sql`SELECT sku, since, price AS price_right, words FROM (${prices.sql})` };
    const columns = named.columns.map((column) =>
      column.name === 'price' ? { ...column, name: 'price_right' } : column,
    );
    for (const right of [texts, { ...named, columns }])
      expect(pick(await join(asOf, { left, right }))).toEqual(expected);
  });

  test('a time is the moment that it is in every project, a day begins in the project’s zone', async () => {
    const left = relationOf(engine, 'seoul', { id: 'Int64', sku: 'String', at: "DateTime64(3, 'UTC')" }, [
      { id: 1, sku: '7', at: '2026-01-09T14:59:59Z' }, // just before the 10th in Seoul
      { id: 2, sku: '7', at: '2026-01-09T15:00:00Z' },
    ]);
    const days = relationOf(engine, 'days', { sku: 'String', since: 'Date', price_right: 'Float64' }, [
      { sku: '7', since: '2026-01-10', price_right: 12 },
    ]);
    const texts = relationOf(engine, 'zoned', { sku: 'String', since: 'String', price_right: 'Float64' }, [
      { sku: '7', since: '2026-01-09T15:00:00Z', price_right: 12 },
    ]);
    for (const right of [days, texts]) {
      const context = stepContext(joinStep, { keys, ...asOf }, { left, right });
      const rows = engine.rows(await joinStep.compile({ ...context, timezone: 'Asia/Seoul' }));
      expect(pick(rows.sort((a, b) => Number(a['id']) - Number(b['id'])))).toEqual([
        [1, null],
        [2, 12],
      ]);
    }
  });

  test('matches by several columns of other names', async () => {
    const both = [
      { left: 'article', right: 'sku' },
      { left: 'paid', right: 'price' },
    ];
    const left = relationOf(engine, 'asked', { id: 'Int64', article: 'Int32', paid: 'Float64' }, [
      { id: 1, article: 7, paid: 12 },
      { id: 2, article: 7, paid: 13 },
      { id: 3, article: 8, paid: 12 },
    ]);
    expect(await join({ keys: both, keep: 'matching rows' }, { left, right: prices })).toEqual([
      { id: 1, article: 7, paid: 12, since: '2026-01-10', words: ['new'] },
    ]);
  });

  test('an empty side gives no match, an empty left gives nothing', async () => {
    const none = relationOf(engine, 'none', { sku: 'String', since: 'Date' }, []);
    expect((await join({}, { left: orders, right: none })).map(({ id, since }) => [id, since])).toEqual(
      [1, 2, 3, 4, 5].map((id) => [id, null]),
    );
    expect(await join({ ...asOf }, { left: orders, right: none })).toHaveLength(5);
    expect(await join({}, { left: none, right: prices })).toEqual([]);
  });

  test('what is wrong is told at its field', async () => {
    await expect(join({ keys: [{ left: 'sku', right: 'code' }] })).rejects.toThrow(
      'keys.0.right: There is no column code. The columns are sku, since, price and words.',
    );
    await expect(join({ keys: [{ left: 'sku', right: 'words' }] })).rejects.toThrow('keys.0.right: words holds lists');
    await expect(join({ leftTime: 'at' })).rejects.toThrow('rightTime: choose the time of both sides, or of none');
    await expect(join({ suffix: '' })).rejects.toThrow('suffix: two columns would be called price');
    await expect(join({}, { left: orders })).rejects.toThrow('Nothing is connected to right');
  });

  test('the card says what is kept and how rows match', () => {
    const params = joinStep.params.parse({ keys: [{ left: 'sku', right: 'code' }, { left: 'day' }], leftTime: 'at' });
    expect(inEnglish(joinStep.summary(params))).toBe('every left row · sku = code, day · as of at');
  });
});
