import type { ColumnFamily, Condition, Rule } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileCondition, resolveProperty } from './condition.js';
import { bind, identifier, sql } from './sql.js';
import { type Engine, openEngine } from './testing/index.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  engine.table(
    't',
    {
      id: 'UInt8',
      n: 'Nullable(Int64)',
      s: 'String',
      b: 'Nullable(Bool)',
      at: "Nullable(DateTime64(3, 'UTC'))",
      properties: 'JSON',
    },
    [
      {
        id: 1,
        n: 5,
        s: 'France',
        b: true,
        at: '2026-11-20T10:00:00Z',
        properties: { price: 10, country: 'FR', due: '2026-11-20T10:00:00Z' },
      },
      { id: 2, n: null, s: '', b: null, at: null, properties: {} },
      {
        id: 3,
        n: 10,
        s: 'Île-de-France',
        b: false,
        at: '2026-10-01T00:00:00Z',
        properties: { price: '12.5', country: 'DE', due: '1 October 2026' },
      },
    ],
  );
});
afterAll(() => engine.close());

const families: Record<string, ColumnFamily> = { n: 'number', s: 'text', b: 'boolean', at: 'time' };
const resolve = (rule: Rule) => ({ sql: identifier(rule.field), family: families[rule.field] ?? ('other' as const) });
const from = { asOf: '2026-11-21T00:00:00Z', timezone: 'UTC' };
const lastWeek = { kind: 'last', count: 7, unit: 'day' } as const;

function idsWhere(condition: Condition, resolver = resolve): number[] {
  return engine
    .rows<{ id: number }>(sql`SELECT id FROM t WHERE ${compileCondition(condition, resolver, from)} ORDER BY id`)
    .map((row) => row.id);
}
const one = (field: string, operator: Rule['operator'], value?: Rule['value']): Condition => ({
  combinator: 'and',
  rules: [{ field, operator, value }],
});

describe('every operator, with rows where the field is empty', () => {
  test.each<[string, Rule['operator'], Rule['value'], number[]]>([
    ['n', '=', 5, [1]],
    ['n', '!=', 5, [2, 3]],
    ['n', '<', 10, [1]],
    ['n', '<=', 10, [1, 3]],
    ['n', '>', 5, [3]],
    ['n', '>=', '5', [1, 3]],
    ['n', 'between', [6, 10], [3]],
    ['n', 'notBetween', [6, 10], [1, 2]],
    ['n', 'in', [5, 7], [1]],
    ['n', 'notIn', [5, 7], [2, 3]],
    ['n', 'null', undefined, [2]],
    ['n', 'notNull', undefined, [1, 3]],
    ['s', 'contains', 'FRANCE', [1, 3]],
    ['s', 'doesNotContain', 'france', [2]],
    ['s', 'beginsWith', 'Île', [3]],
    ['s', 'endsWith', 'France', [1, 3]],
    ['s', 'null', undefined, [2]],
    ['s', '=', '', [2]],
    ['b', '=', true, [1]],
    ['b', '!=', true, [2, 3]],
    ['at', 'during', lastWeek, [1]],
    ['at', 'notDuring', lastWeek, [2, 3]],
    ['at', '<', '2026-11-01', [3]],
  ])('%s %s %j gives rows %j', (field, operator, value, ids) => {
    expect(idsWhere(one(field, operator, value))).toEqual(ids);
  });
});

describe('a day is all of that day', () => {
  /** The last instant before 20 November, its first, its last, and the first after it, in New York. */
  const INSTANTS = [
    '2026-11-20T04:59:59.999Z',
    '2026-11-20T05:00:00.000Z',
    '2026-11-21T04:59:59.999Z',
    '2026-11-21T05:00:00.000Z',
  ];
  const DAY = '2026-11-20';

  test.each<[Rule['operator'], Rule['value'], boolean[]]>([
    ['<', DAY, [true, false, false, false]],
    ['<=', DAY, [true, true, true, false]],
    ['>', DAY, [false, false, false, true]],
    ['>=', DAY, [false, true, true, true]],
    ['between', [DAY, DAY], [false, true, true, false]],
    ['between', ['2026-11-18', DAY], [true, true, true, false]],
    ['notBetween', [DAY, DAY], [true, false, false, true]],
    ['between', [DAY, '2026-11-20T05:00:00Z'], [false, true, false, false]],
    ['>', '2026-11-20T05:00:00Z', [false, false, true, true]],
  ])('%s %j', (operator, value, expected) => {
    const field = sql`arrayJoin(${bind('Array(String)', INSTANTS)})`;
    const rows = engine.rows<{ holds: number }>(
      sql`SELECT ${compileCondition(
        one('at', operator, value),
        () => ({ sql: sql`parseDateTime64BestEffort(instant, 3, 'UTC')`, family: 'time' }),
        { ...from, timezone: 'America/New_York' },
      )} AS holds FROM (SELECT ${field} AS instant) ORDER BY instant`,
    );
    expect(rows.map(({ holds }) => holds === 1)).toEqual(expected);
  });
});

test('groups nest, and not turns a group round', () => {
  const inner: Condition = {
    combinator: 'or',
    rules: [
      { field: 'n', operator: '=', value: 5 },
      { field: 's', operator: 'null' },
    ],
  };
  expect(idsWhere(inner)).toEqual([1, 2]);
  expect(idsWhere({ combinator: 'and', rules: [{ ...inner, not: true }] })).toEqual([3]);
});

test('an empty group holds for every row', () => {
  expect(idsWhere({ combinator: 'and', rules: [] })).toEqual([1, 2, 3]);
});

test('a property compares by the type of the value, whatever type each event gave it', () => {
  expect(idsWhere(one('price', '>', 10), resolveProperty)).toEqual([3]);
  expect(idsWhere(one('price', '=', '12.5'), resolveProperty)).toEqual([3]);
  expect(idsWhere(one('country', '!=', 'FR'), resolveProperty)).toEqual([2, 3]);
  expect(idsWhere(one('due', 'between', ['2026-11-01', '2026-11-20']), resolveProperty)).toEqual([1]);
  expect(idsWhere(one('due', '<', '2026-11-20T10:00:00Z'), resolveProperty)).toEqual([3]);
});

test.each<[Condition, string]>([
  [one('n', '>', 'many'), 'n: “>” compares with a number, not with many'],
  [one('at', '>', 'soon'), 'at: “>” compares with a date such as 2026-11-20, not with soon'],
  [one('n', 'in', []), 'n: “in” needs a list with at least one value'],
  [one('n', 'between', [1]), 'n: “between” needs two values'],
  [one('at', 'during', 30), 'at: “during” needs a stretch of time, such as the last 30 days'],
  [
    one('at', 'during', { kind: 'last', count: 101, unit: 'year' }),
    'at: “during” reaches no further than a hundred years',
  ],
  [one('n', '=', lastWeek), 'n: “=” needs one value'],
])('a value that does not fit says so: %#', (condition, message) => {
  expect(() => compileCondition(condition, resolve, from)).toThrow(message);
});
