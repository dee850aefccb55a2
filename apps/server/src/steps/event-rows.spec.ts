import type { Relation, Sql } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventRows } from './event-rows.js';
import { toEventsStep } from './to-events.step.js';
import { relationOf, stepContext } from './testing/step-context.js';

let engine: Engine;
let lines: Relation;
const line = (
  invoice: string,
  customer: number | null,
  at: string | null,
  price: number,
  note: string | null = null,
) => ({ invoice, customer, at, price, note });

beforeAll(() => {
  engine = openEngine();
  lines = relationOf(
    engine,
    'lines',
    {
      invoice: 'String',
      customer: 'Nullable(Float64)',
      at: "Nullable(DateTime64(3, 'UTC'))",
      price: 'Float64',
      note: 'Nullable(String)',
    },
    [
      line('1', 17850, '2026-01-01T10:00:00Z', 2.5),
      line('1', 17850, '2026-01-01T10:00:00Z', 2.5),
      line('1', 17850, '2026-01-01T10:01:00Z', 1, ''),
      line('2', 12, '2026-01-02T00:00:00Z', 4, 'gift'),
    ],
  );
});
afterAll(() => engine.close());

async function events(params: object, rows = lines) {
  const context = {
    ...stepContext(toEventsStep, { event: 'Ordered', userId: 'customer', timestamp: 'at', ...params }, { rows }),
    pipeline: 'p',
    stepId: 's',
  };
  Object.assign(context.project, { admin: { columns: (query: Sql) => engine.columns(query) } });
  const query = await eventRows(context);
  return engine.rows<{ message_id: string; user_id: string; timestamp: string; properties: Record<string, unknown> }>(
    sql`SELECT * FROM (${query}) ORDER BY timestamp, message_id`,
  );
}

describe('a row an event', () => {
  test('has its user, its time and the chosen properties', async () => {
    const found = await events({ properties: [{ name: 'total', column: 'price' }] });
    expect(found.map(({ user_id, timestamp, properties }) => [user_id, timestamp, properties])).toEqual([
      ['17850', '2026-01-01 10:00:00.000', { total: 2.5 }],
      ['17850', '2026-01-01 10:00:00.000', { total: 2.5 }],
      ['17850', '2026-01-01 10:01:00.000', { total: 1 }],
      ['12', '2026-01-02 00:00:00.000', { total: 4 }],
    ]);
  });

  test('rows that are alike are different events, and the same ones each time', async () => {
    const ids = (await events({})).map((event) => event.message_id);
    expect(new Set(ids).size).toBe(4);
    expect((await events({ event: 'Renamed' })).map((event) => event.message_id)).toEqual(ids);
  });

  test('without chosen properties, every other column is one', async () => {
    expect((await events({})).at(-1)?.properties).toEqual({ invoice: '2', price: 4, note: 'gift' });
  });
});

test('an empty text and none are different rows', async () => {
  const two = relationOf(engine, 'two', { customer: 'String', at: "DateTime64(3, 'UTC')", note: 'Nullable(String)' }, [
    { customer: 'a', at: '2026-01-01T00:00:00Z', note: '' },
    { customer: 'a', at: '2026-01-01T00:00:00Z', note: null },
  ]);
  const ids = (await events({}, two)).map((event) => event.message_id);
  expect(ids.every((id) => !id.includes('-'))).toBe(true);
  expect(new Set(ids).size).toBe(2);
});

test('one event per invoice adds its lines up', async () => {
  const properties = [
    { name: 'total', column: 'price', measure: 'sum' },
    { name: 'lines', measure: 'count' },
  ];
  const found = await events({ onePer: 'invoice', properties });
  expect(found.map(({ user_id, timestamp, properties: values }) => [user_id, timestamp, values])).toEqual([
    ['17850', '2026-01-01 10:00:00.000', { total: 6, lines: 3 }],
    ['12', '2026-01-02 00:00:00.000', { total: 4, lines: 1 }],
  ]);
});

describe('the time', () => {
  const at = async (type: string, value: unknown, timezone?: string) => {
    const rows = relationOf(engine, 'times', { customer: 'String', at: type }, [{ customer: 'a', at: value }]);
    return (await events({ ...(timezone && { timezone }) }, rows))[0]?.timestamp;
  };

  test.each([
    ['String', '2026-03-04T05:06:07Z', undefined, '2026-03-04 05:06:07.000'],
    ['String', '4 Mar 2026 05:06', undefined, '2026-03-04 05:06:00.000'],
    ['String', '2026-07-01 12:00:00', 'Europe/London', '2026-07-01 11:00:00.000'],
    ["DateTime('UTC')", '2026-07-01T12:00:00Z', 'Asia/Seoul', '2026-07-01 03:00:00.000'],
    ['Int64', 1_780_000_000, undefined, '2026-05-28 20:26:40.000'],
    ['Int64', 1_780_000_000_123, undefined, '2026-05-28 20:26:40.123'],
    ['Date', '2026-07-01', undefined, '2026-07-01 00:00:00.000'],
    ['String', 'yesterday', undefined, '1970-01-01 00:00:00.000'],
  ])('of %s %j in %s is %s', async (type, value, timezone, expected) => {
    expect(await at(type, value, timezone)).toBe(expected);
  });
});

test('a column that is no time is refused', async () => {
  const flags = relationOf(engine, 'flags', { customer: 'String', at: 'Array(String)' }, []);
  await expect(events({ timestamp: 'nowhere' })).rejects.toThrow('There is no column nowhere');
  await expect(events({}, flags)).rejects.toThrow('at is list, not a time');
});
