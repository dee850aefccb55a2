import { join, sql } from '@pelton/sdk';
import type { TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { RunTurns } from '../runs/run-turns.service.js';
import { EventStarter } from './event-starter.service.js';
import { openTriggers, StartedRuns, type TestTriggers } from './testing/open-triggers.js';

const BEGUN = new Date('2026-03-01T00:00:00Z');
const after = (seconds: number) => new Date(BEGUN.getTime() + seconds * 1000);

let triggers: TestTriggers;
let started: StartedRuns;
let messages = 0;
beforeAll(async () => {
  triggers = await openTriggers();
});
afterAll(() => triggers.close());
beforeEach(() => {
  started = new StartedRuns();
});

interface Arrived {
  user?: string;
  visitor?: string;
  properties?: object;
  id?: string;
}

/** Events as a sender's: the first copy of a message stays. */
async function arrive(event: string, at: Date, rows: Arrived[]) {
  await triggers.project.admin.insertLines(
    'events',
    rows.map(({ user = '', visitor = '', properties = {}, id = `m${(messages += 1)}` }) =>
      JSON.stringify({
        ...{
          message_id: id,
          type: 'track',
          event,
          user_id: user,
          anonymous_id: visitor,
          properties,
          context: {},
          source: 's',
        },
        ...{ timestamp: at.toISOString(), received_at: at.toISOString(), sender_clock: at.getTime() },
      }),
    ),
    { columns: COLUMNS, settings: { async_insert: 0 } },
  );
}
const COLUMNS = [
  ...['message_id', 'type', 'event', 'user_id', 'anonymous_id', 'properties', 'context', 'source'],
  ...['timestamp', 'received_at', 'sender_clock'],
];

function starter(): EventStarter {
  const { pipelines, warehouse, projects, runs } = triggers;
  return new EventStarter(pipelines, warehouse, projects, new RunTurns(runs), started.asService());
}

async function look(name: string, now: Date): Promise<void> {
  const pipeline = await triggers.find(name);
  const trigger = pipeline.trigger?.trigger;
  if (trigger?.kind === 'event') await starter().look(pipeline, trigger, now);
}

/** Who came with each run, in the order of the runs. */
async function entered(): Promise<string[][]> {
  const rows = await Promise.all(started.all.map((run) => triggers.project.admin.rows<TableRow>(run.rows.sql)));
  return rows.map((run) => run.map((row) => String(row['user_id'])).sort());
}

test('each event is in one run, in that after it arrived', async () => {
  await triggers.publish('each', { kind: 'event', event: 'Each' }, BEGUN);
  await arrive('Each', after(-1), [{ user: 'before' }]);
  await arrive('Each', after(1), [{ user: 'ann' }, { user: 'bob' }]);
  await look('each', after(2));
  await look('each', after(7));
  await arrive('Each', after(8), [{ user: 'ann' }]);
  await arrive('Other', after(8), [{ user: 'cleo' }]);
  await look('each', after(12));
  expect(await entered()).toEqual([['ann', 'bob'], ['ann']]);
});

test('an event that is stored late, or comes again, is in one run all the same', async () => {
  await triggers.publish('late', { kind: 'event', event: 'Late' }, BEGUN);
  await arrive('Late', after(100), [{ user: 'ann', id: 'late-1' }]);
  await look('late', after(101));
  await arrive('Late', after(50), [{ user: 'bob', id: 'late-2' }]); // received before, and stored only now
  await arrive('Late', after(110), [{ user: 'ann', id: 'late-1' }]);
  await look('late', after(120));
  await look('late', after(130));
  expect(await entered()).toEqual([['ann'], ['bob']]);
});

test('what a visitor did starts a run once it is known who that is, and who that is has entered', async () => {
  const entry = { again: 'never' };
  await triggers.publish('visitor', { kind: 'event', event: 'Visited', entry }, BEGUN);
  await arrive('Visited', after(1), [{ visitor: 'phone' }, { visitor: 'stranger' }, { user: 'bob' }]);
  await look('visitor', after(2));
  expect(await entered()).toEqual([['bob']]);
  const claim = { identifier: 'phone', user_id: 'ann', first_at: after(10), last_at: after(10), said_by: 'identify' };
  await triggers.project.admin.insert('identity_claims', [claim]);
  await look('visitor', after(12));
  await arrive('Visited', after(13), [{ user: 'ann' }, { visitor: 'phone' }]);
  await look('visitor', after(20));
  expect(await entered()).toEqual([['bob'], ['ann']]);
});

test('a condition picks events, and the others are not looked at again', async () => {
  const condition = { combinator: 'and', rules: [{ field: 'total', operator: '>', value: 10 }] };
  await triggers.publish('large', { kind: 'event', event: 'Large', condition }, BEGUN);
  await arrive('Large', after(1), [
    { user: 'ann', properties: { total: 11 } },
    { user: 'bob', properties: { total: 10 } },
  ]);
  await look('large', after(2));
  await arrive('Large', after(3), [{ user: 'cleo', properties: { total: 9 } }]);
  await look('large', after(8));
  expect(await entered()).toEqual([['ann']]);
  const noted = await triggers.project.admin.rows({
    parts: [
      "SELECT key, entered FROM trigger_entries WHERE message_id IN (SELECT message_id FROM events WHERE event = 'Large') ORDER BY key",
    ],
  });
  expect(noted).toEqual([
    { key: 'ann', entered: 1 },
    { key: 'bob', entered: 0 },
    { key: 'cleo', entered: 0 },
  ]);
});

test('who may not come in again is in one run for good', async () => {
  await triggers.publish('never', { kind: 'event', event: 'Never', entry: { again: 'never' } }, BEGUN);
  await arrive('Never', after(1), [{ user: 'ann' }, { user: 'ann' }, { user: 'bob' }]);
  await look('never', after(2));
  await arrive('Never', after(40 * 86_400), [{ user: 'ann' }, { user: 'cleo' }]);
  await look('never', after(40 * 86_400 + 1));
  expect(await entered()).toEqual([['ann', 'bob'], ['cleo']]);
});

test('who may come in again after days does so then', async () => {
  await triggers.publish('days', { kind: 'event', event: 'Days', entry: { again: 'after-days', days: 7 } }, BEGUN);
  for (const day of [0, 3, 8, 14, 16]) {
    await arrive('Days', after(day * 86_400 + 1), [{ user: 'ann', properties: { day } }]);
    await look('days', after(day * 86_400 + 2));
  }
  const days = await Promise.all(started.all.map((run) => triggers.project.admin.rows<TableRow>(run.rows.sql)));
  expect(days.flat().map((row) => String(row['timestamp']).slice(0, 10))).toEqual([
    '2026-03-01',
    '2026-03-09',
    '2026-03-17',
  ]);
});

test('a key such as an order lets each of them in once', async () => {
  await triggers.publish('orders', { kind: 'event', event: 'Paid', entry: { again: 'never', key: 'order_id' } }, BEGUN);
  await arrive('Paid', after(1), [
    { user: 'ann', properties: { order_id: 'o1' } },
    { user: 'ann', properties: { order_id: 'o2' } },
    { user: 'ann', properties: { order_id: 'o1' } },
    { user: 'bob' },
    { user: 'bob' },
  ]);
  await look('orders', after(2));
  expect(await entered()).toEqual([['ann', 'ann', 'bob', 'bob']]);
});

test('a key that may come in again after days is counted by itself', async () => {
  const entry = { again: 'after-days', days: 7, key: 'order_id' };
  await triggers.publish('keyed-days', { kind: 'event', event: 'Renewed', entry }, BEGUN);
  const renewed = (order_id: string) => ({ user: 'ann', properties: { order_id } });
  for (const [day, ...orders] of [
    [0, 'a'],
    [5, 'a', 'b'],
    [8, 'a', 'b'],
    [13, 'b'],
  ] as const) {
    await arrive('Renewed', after(day * 86_400 + 1), orders.map(renewed));
    await look('keyed-days', after(day * 86_400 + 2));
  }
  const rows = await Promise.all(started.all.map((run) => triggers.project.admin.rows<TableRow>(run.rows.sql)));
  const keys = rows.map((run) => run.map((row) => (row['properties'] as { order_id: string }).order_id));
  expect(keys).toEqual([['a'], ['b'], ['a'], ['b']]);
});

test('two who look at the same time start one run', async () => {
  await triggers.publish('two', { kind: 'event', event: 'Two' }, BEGUN);
  for (let second = 1; second < 40; second += 6) {
    await arrive('Two', after(second), [{ user: `u${String(second).padStart(2, '0')}` }]);
    await Promise.all([look('two', after(second + 1)), look('two', after(second + 1)), look('two', after(second + 1))]);
  }
  await look('two', after(60));
  expect((await entered()).flat()).toEqual(['u01', 'u07', 'u13', 'u19', 'u25', 'u31', 'u37']);
});

test('of more events than a run takes, the others are in the next ones, each once', async () => {
  await triggers.publish('flood', { kind: 'event', event: 'Flood' }, BEGUN);
  const at = "toDateTime64('2026-03-01 00:00:01.000', 3, 'UTC')";
  const made = `SELECT concat('f', toString(number)), 'track', 'Flood', concat('u', toString(number % 5000)), ${at}, ${at} FROM numbers(100050)`;
  await triggers.project.admin.run({
    parts: [`INSERT INTO events (message_id, type, event, user_id, timestamp, received_at) ${made}`],
  });
  for (const second of [2, 7, 12]) await look('flood', after(second));
  const messages = started.all.map(({ rows }) => sql`SELECT message_id FROM (${rows.sql})`);
  const counts = await Promise.all(
    messages.map((ids) => triggers.project.admin.row<{ count: number }>(sql`SELECT count() AS count FROM (${ids})`)),
  );
  expect(counts.map(({ count }) => count)).toEqual([100_000, 50]);
  const all = sql`SELECT uniqExact(message_id) AS different FROM (${join(messages, ' UNION ALL ')})`;
  expect(await triggers.project.admin.row(all)).toEqual({ different: 100_050 });
});

test('who is killed between taking a batch and starting its run leaves it to the next, once', async () => {
  await triggers.publish('killed', { kind: 'event', event: 'Killed' }, BEGUN);
  await arrive('Killed', after(1), [{ user: 'ann' }]);
  started.dieBeforeNext();
  await expect(look('killed', after(2))).rejects.toThrow('Killed');
  await arrive('Killed', after(3), [{ user: 'bob' }]);
  await look('killed', after(8));
  await look('killed', after(14));
  await look('killed', after(20));
  expect(await entered()).toEqual([['ann'], ['bob']]);
});

test('while as many runs as allowed go on, events wait and come together', async () => {
  await triggers.publish('busy', { kind: 'event', event: 'Busy' }, BEGUN);
  const turn = { atOnce: 1, whenBusy: 'queue' };
  await triggers.runs.collection.insertOne({
    _id: 'r' as never,
    projectId: 'p',
    pipeline: 'busy',
    state: 'running',
    turn,
  });
  for (const [at, user] of [
    [1, 'ann'],
    [7, 'bob'],
  ] as const) {
    await arrive('Busy', after(at), [{ user }]);
    await look('busy', after(at + 1));
  }
  expect(await entered()).toEqual([]);
  await triggers.runs.updateOne({ _id: 'r' }, { $set: { state: 'done' } });
  await look('busy', after(20));
  expect(await entered()).toEqual([['ann', 'bob']]);
});
