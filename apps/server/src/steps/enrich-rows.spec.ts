import type { Relation } from '@pelton/contract';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { duplicatesQuery, enrichedColumns, enrichmentOf, enrichQuery } from './enrich-rows.js';
import { relationOf } from './testing/step-context.js';

let engine: Engine;
let orders: Relation;
let weather: Relation;
beforeAll(() => {
  engine = openEngine();
  orders = relationOf(engine, 'orders', { id: 'Int64', day: 'Nullable(Date)', city: 'String' }, [
    { id: 1, day: '2026-01-01', city: 'Lyon' },
    { id: 2, day: '2026-01-01', city: 'Nice' },
    { id: 3, day: '2026-01-09', city: 'Lyon' },
    { id: 4, day: null, city: 'Lyon' },
  ]);
  const columns = { date: 'String', place: 'String', degrees: 'Float64', words: 'Array(String)' };
  weather = relationOf(engine, 'weather', columns, [
    { date: '2026-01-01', place: 'Lyon', degrees: 3, words: ['cold'] },
    { date: '2026-01-02', place: 'Lyon', degrees: 4, words: [] },
    { date: '', place: '', degrees: 99, words: [] },
  ]);
});
afterAll(() => engine.close());

const byDay = { keys: [{ column: 'day', matches: 'date' }], columns: [] };
const enrich = (params: Parameters<typeof enrichmentOf>[0]['params'], known = weather, key: string[] = []) =>
  enrichmentOf({ rows: orders, known, key, name: 'weather', params });

test('every row stays once; of one without a match, or without a key, what is added is empty', () => {
  const found = enrich({
    ...byDay,
    columns: [
      { column: 'degrees', as: 'celsius' },
      { column: 'words', as: '' },
    ],
  });
  expect(engine.rows(enrichQuery(orders, found)).sort((a, b) => Number(a['id']) - Number(b['id']))).toEqual([
    { id: 1, day: '2026-01-01', city: 'Lyon', celsius: 3, words: ['cold'], '@matched': true },
    { id: 2, day: '2026-01-01', city: 'Nice', celsius: 3, words: ['cold'], '@matched': true },
    { id: 3, day: '2026-01-09', city: 'Lyon', celsius: null, words: [], '@matched': false },
    { id: 4, day: null, city: 'Lyon', celsius: null, words: [], '@matched': false },
  ]);
  expect(enrichedColumns(orders, found)).toEqual(engine.columns(enrichQuery(orders, found)).slice(0, -1));
});

test('several columns can be the key, and a dataset’s own key is taken when none is named', () => {
  const keys = [
    { column: 'day', matches: 'date' },
    { column: 'city', matches: 'place' },
  ];
  const matched = engine.rows(enrichQuery(orders, enrich({ keys, columns: [] }))).filter((row) => row['@matched']);
  expect(matched.map(({ id, degrees }) => [id, degrees])).toEqual([[1, 3]]);
  const own = enrich({ keys: [{ column: 'day', matches: '' }], columns: [] }, weather, ['date']);
  expect(own.keys.map(({ column, matches }) => [column.name, matches.name])).toEqual([['day', 'date']]);
  expect(() => enrich({ keys: [], columns: [] })).toThrow('weather has no key of its own. Choose the columns');
});

test('keys that stand twice are found, empty ones are none', () => {
  expect(engine.rows(duplicatesQuery(enrich(byDay)))).toEqual([{ keys: 0, example: '' }]);
  const twice = relationOf(engine, 'twice', { date: 'String', degrees: 'Float64' }, [
    { date: '2026-01-01', degrees: 3 },
    { date: '2026-01-01', degrees: 4 },
    { date: '', degrees: 1 },
    { date: '', degrees: 2 },
  ]);
  expect(engine.rows(duplicatesQuery(enrich(byDay, twice)))).toEqual([{ keys: 1, example: '2026-01-01 00:00:00.000' }]);
});

test('what is missing or would be there twice is named', () => {
  expect(() => enrich({ ...byDay, columns: [{ column: 'rain', as: '' }] })).toThrow('There is no column rain');
  expect(() => enrich({ ...byDay, columns: [{ column: 'degrees', as: 'city' }] })).toThrow(
    'two columns would be called city',
  );
});
