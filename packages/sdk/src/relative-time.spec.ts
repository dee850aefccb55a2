import type { RelativeTime } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compileCondition } from './condition.js';
import { bind, identifier, sql } from './sql.js';
import { type Engine, openEngine } from './testing/index.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
});
afterAll(() => engine.close());

const LONDON = 'Europe/London';
const NEW_YORK = 'America/New_York';

/** Whether each instant is in the stretch, told from an instant in a zone. */
function during(stretch: RelativeTime, asOf: string, timezone: string, instants: readonly string[]): boolean[] {
  const condition = {
    combinator: 'and' as const,
    rules: [{ field: 'at', operator: 'during' as const, value: stretch }],
  };
  const holds = compileCondition(condition, () => ({ sql: identifier('at'), family: 'time' }), { asOf, timezone });
  const times = sql`SELECT parseDateTime64BestEffort(arrayJoin(${bind('Array(String)', [...instants])}), 3, 'UTC') AS at`;
  const rows = engine.rows<{ instant: string; holds: boolean }>(
    sql`SELECT toString(at) AS instant, ${holds} AS holds FROM (${times})`,
  );
  return instants.map((instant) => {
    const text = new Date(instant).toISOString().replace('T', ' ').replace('Z', '');
    return rows.some((row) => row.instant === text && row.holds);
  });
}

/** The stretch as the last instant before it, its first, its last, and the first after it: in are the two in the middle. */
const edges = (from: string, to: string) => {
  const at = (instant: string, ms: number) => new Date(Date.parse(instant) + ms).toISOString();
  return [at(from, -1), at(from, 0), at(to, -1), at(to, 0)];
};

test.each<[string, RelativeTime, string, string, string, string]>([
  [
    'seven days back',
    { kind: 'last', count: 7, unit: 'day' },
    '2026-11-21T10:00:00Z',
    'UTC',
    '2026-11-14T10:00:00Z',
    '2026-11-21T10:00:00Z',
  ],
  [
    'three days ahead',
    { kind: 'next', count: 3, unit: 'day' },
    '2026-11-21T10:00:00Z',
    'UTC',
    '2026-11-21T10:00:00Z',
    '2026-11-24T10:00:00Z',
  ],
  [
    'six hours back',
    { kind: 'last', count: 6, unit: 'hour' },
    '2026-11-21T02:30:00Z',
    'UTC',
    '2026-11-20T20:30:00Z',
    '2026-11-21T02:30:00Z',
  ],
  [
    'a month ahead of 31 January',
    { kind: 'next', count: 1, unit: 'month' },
    '2026-01-31T12:00:00Z',
    'UTC',
    '2026-01-31T12:00:00Z',
    '2026-02-28T12:00:00Z',
  ],
  [
    'today in London in summer',
    { kind: 'this', unit: 'day' },
    '2026-06-10T23:30:00Z',
    LONDON,
    '2026-06-10T23:00:00Z',
    '2026-06-11T23:00:00Z',
  ],
  [
    'yesterday in New York',
    { kind: 'previous', unit: 'day' },
    '2026-06-11T03:00:00Z',
    NEW_YORK,
    '2026-06-09T04:00:00Z',
    '2026-06-10T04:00:00Z',
  ],
  [
    'this week, which begins on Monday',
    { kind: 'this', unit: 'week' },
    '2026-11-22T12:00:00Z',
    'UTC',
    '2026-11-16T00:00:00Z',
    '2026-11-23T00:00:00Z',
  ],
  [
    'the month before January',
    { kind: 'previous', unit: 'month' },
    '2026-01-05T12:00:00Z',
    'UTC',
    '2025-12-01T00:00:00Z',
    '2026-01-01T00:00:00Z',
  ],
  [
    'this year in New York',
    { kind: 'this', unit: 'year' },
    '2026-01-01T04:59:59Z',
    NEW_YORK,
    '2025-01-01T05:00:00Z',
    '2026-01-01T05:00:00Z',
  ],
])('%s', (_what, stretch, asOf, timezone, from, to) => {
  expect(during(stretch, asOf, timezone, edges(from, to))).toEqual([false, true, true, false]);
});

// Clocks of London: 29 March 2026 01:00Z forwards, 25 October 2026 01:00Z backwards.
describe('over a change of clocks', () => {
  test.each<[string, RelativeTime, string, string, string]>([
    [
      'the day that has 23 hours',
      { kind: 'this', unit: 'day' },
      '2026-03-29T12:00:00Z',
      '2026-03-29T00:00:00Z',
      '2026-03-29T23:00:00Z',
    ],
    [
      'the day that has 25 hours',
      { kind: 'this', unit: 'day' },
      '2026-10-25T12:00:00Z',
      '2026-10-24T23:00:00Z',
      '2026-10-26T00:00:00Z',
    ],
    [
      'a day back is the same time of day',
      { kind: 'last', count: 1, unit: 'day' },
      '2026-03-29T11:00:00Z',
      '2026-03-28T12:00:00Z',
      '2026-03-29T11:00:00Z',
    ],
    [
      '24 hours back are 24 hours',
      { kind: 'last', count: 24, unit: 'hour' },
      '2026-03-29T11:00:00Z',
      '2026-03-28T11:00:00Z',
      '2026-03-29T11:00:00Z',
    ],
    [
      'the week of the change',
      { kind: 'this', unit: 'week' },
      '2026-10-22T12:00:00Z',
      '2026-10-18T23:00:00Z',
      '2026-10-26T00:00:00Z',
    ],
  ])('%s', (_what, stretch, asOf, from, to) => {
    expect(during(stretch, asOf, LONDON, edges(from, to))).toEqual([false, true, true, false]);
  });
});

test('what is longer ago, or further ahead, has one end', () => {
  const asOf = '2026-11-21T10:00:00Z';
  const instants = ['2020-01-01T00:00:00Z', '2026-11-18T09:59:59Z', '2026-11-18T10:00:00Z', '2026-11-24T10:00:00Z'];
  expect(during({ kind: 'before', count: 3, unit: 'day' }, asOf, 'UTC', instants)).toEqual([true, true, false, false]);
  expect(during({ kind: 'after', count: 3, unit: 'day' }, asOf, 'UTC', instants)).toEqual([false, false, false, true]);
});

test('a column of days is of the project’s zone, and so is a day that a rule names', () => {
  const days = sql`SELECT toDate(arrayJoin(['2026-06-09', '2026-06-10', '2026-06-11'])) AS day`;
  const from = { asOf: '2026-06-11T03:00:00Z', timezone: NEW_YORK };
  const matching = (rule: Parameters<typeof compileCondition>[0]['rules'][number]) =>
    engine
      .rows<{ text: string }>(
        sql`SELECT toString(day) AS text FROM (${days}) WHERE ${compileCondition(
          { combinator: 'and', rules: [rule] },
          () => ({ sql: identifier('day'), family: 'time' }),
          from,
        )} ORDER BY text`,
      )
      .map(({ text }) => text);
  expect(matching({ field: 'day', operator: 'during', value: { kind: 'this', unit: 'day' } })).toEqual(['2026-06-10']);
  expect(matching({ field: 'day', operator: '<', value: '2026-06-10' })).toEqual(['2026-06-09']);
  expect(matching({ field: 'day', operator: '>=', value: '2026-06-10' })).toEqual(['2026-06-10', '2026-06-11']);
});
