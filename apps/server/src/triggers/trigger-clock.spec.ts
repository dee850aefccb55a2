import { getModelToken } from '@nestjs/mongoose';
import type { Condition, Run, Step, Trigger } from '@pelton/contract';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import type { RunDoc } from '../runs/run.schema.js';
import { RunCleaner } from '../runs/run-cleaner.service.js';
import { RunStore } from '../runs/run-store.service.js';
import { RunTurns } from '../runs/run-turns.service.js';
import { RunsService } from '../runs/runs.service.js';
import { TriggerClock } from './trigger-clock.service.js';
import { TriggersService } from './triggers.service.js';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
}, 120_000);
afterAll(() => server.stop());

/** The server's own clock is years behind, so only a test's strikes for what is due. */
const strike = (at: string) => server.app.get(TriggerClock).look(new Date(at));

const STEPS: Step[] = [step('started', 'core/trigger', {}), step('out', 'core/deduplicate', {}, { rows: 'started' })];

async function publish(name: string, trigger: Trigger, steps = STEPS): Promise<void> {
  const pipelines = server.app.get(PipelinesService);
  const graph = { steps, layout: {}, trigger };
  await pipelines.create(server.actor, { name, title: name, description: '', graph });
  await pipelines.publish(server.actor, name);
}

/** The runs of a pipeline once there are so many. */
const runsOf = (pipeline: string, count: number): Promise<Run[]> =>
  vi.waitFor(
    async () => {
      const runs = await server.runsOf(pipeline);
      expect(runs).toHaveLength(count);
      return runs;
    },
    { timeout: 20_000 },
  );

test('an alert on a metric starts a run when a day’s value crosses the threshold, and that run the one after it', async () => {
  const params = { event: 'Bought' };
  const bought = { name: 'bought', title: 'Bought', description: '', template: 'count', params };
  await server.app.get(MetricsService).create(server.actor, bought);
  await server.project.admin.insert('events', [
    ...eventsOn('2030-01-01', 1),
    ...eventsOn('2030-01-02', 3),
    ...eventsOn('2030-01-03', 4),
  ]);
  const look = { cron: '0 * * * *', timezone: 'UTC' };
  await publish('alerted', { kind: 'alert', metric: 'bought', grain: 'day', is: 'above', threshold: 2, look });
  await publish('follower', { kind: 'after', pipeline: 'alerted', on: 'done' });

  for (const at of ['2030-01-02T00:30:00Z', '2030-01-02T23:30:00Z']) await strike(at);
  expect(await server.runsOf('alerted')).toEqual([]);
  for (const at of ['2030-01-03T00:30:00Z', '2030-01-03T01:30:00Z', '2030-01-04T00:30:00Z']) await strike(at);
  const [run] = await runsOf('alerted', 1);
  expect([run?.state, run?.version, run?.cause]).toEqual(['done', 1, { kind: 'alert', by: 'bought' }]);
  const [sample] = await server.samples(run?.id ?? '', 'out');
  expect(sample?.rows).toEqual([['bought', '2030-01-02T00:00:00.000Z', 3, 1, 2]]);

  const [after] = await runsOf('follower', 1);
  expect([after?.state, after?.cause]).toEqual(['done', { kind: 'pipeline', by: run?.id }]);
});

test('events come together, and no more often than the trigger looks', async () => {
  const entry = { again: 'every-time' as const, days: 30 };
  await publish('batched', { kind: 'event', event: 'Called', everySeconds: 60, entry });
  const call = (user: string, at: string) =>
    server.project.admin.insert('events', [
      { message_id: user, type: 'track', event: 'Called', user_id: user, timestamp: at, received_at: at },
    ]);
  await strike('2030-05-01T10:00:00Z');
  await call('ann', '2030-05-01T10:00:10Z');
  await call('bob', '2030-05-01T10:00:40Z');
  for (const at of ['2030-05-01T10:00:20Z', '2030-05-01T10:00:59Z']) await strike(at);
  expect(await server.runsOf('batched')).toEqual([]);
  await strike('2030-05-01T10:01:00Z');
  await vi.waitFor(async () => expect((await runsOf('batched', 1))[0]?.state).toBe('done'), { timeout: 20_000 });
  await call('cy', '2030-05-01T10:01:05Z');
  for (const at of ['2030-05-01T10:01:59Z', '2030-05-01T10:02:00Z']) await strike(at);
  const runs = await runsOf('batched', 2);
  const rows = await Promise.all(runs.map(({ id }) => server.samples(id, 'out')));
  expect(rows.map(([sample]) => sample?.rows.map(([user]) => user).sort())).toEqual([['ann', 'bob'], ['cy']]);
});

test('a schedule that rests starts nothing, and then goes on with its next time', async () => {
  const daily: Trigger = { kind: 'schedule', cron: '0 6 * * *', timezone: 'Europe/London', missed: 'run-once' };
  await publish('daily', daily);
  const triggers = server.app.get(TriggersService);
  await triggers.setPaused(server.actor.projectId, 'daily', true);
  await strike('2031-01-01T12:00:00Z');
  expect(await server.runsOf('daily')).toEqual([]);
  await triggers.setPaused(server.actor.projectId, 'daily', false);
  for (const at of ['2031-01-02T12:00:00Z', '2031-01-03T05:59:00Z', '2031-01-03T06:00:00Z', '2031-01-03T06:00:01Z'])
    await strike(at);
  const [, second] = await runsOf('daily', 2);
  expect(second?.cause).toEqual({ kind: 'schedule', by: '2031-01-03T06:00:00.000Z' });
});

test('a run that is cancelled or ends lets the next one go on at once, without the clock', async () => {
  await publish('one-by-one', { kind: 'webhook', columns: [] });
  const clock = vi.spyOn(server.app.get(RunTurns), 'waiting').mockResolvedValue([]);
  const start = () =>
    server.app.get(RunsService).launch(server.actor, { pipeline: 'one-by-one', cause: { kind: 'webhook' } });
  const { id } = await start();
  await runsOf('one-by-one', 1);
  // Of a paused run with nothing left to do, the reconciler would find that it is done.
  const goesOn = { $set: { state: 'paused', 'steps.$[].state': 'waiting' }, $unset: { finishedAt: 1 } };
  await server.app.get<Model<RunDoc>>(getModelToken('Run')).updateOne({ _id: id }, goesOn);
  const waiting = [await start(), await start()];
  expect(waiting.map(({ state }) => state)).toEqual(['queued', 'queued']);
  await server.app.get(RunsService).cancel(server.actor.projectId, id);
  await vi.waitFor(
    async () => {
      const runs = await Promise.all(
        waiting.map((run) => server.app.get(RunsService).find(server.actor.projectId, run.id)),
      );
      expect(runs.map(({ state }) => state)).toEqual(['done', 'done']);
      expect(Date.parse(runs[1]!.startedAt)).toBeGreaterThanOrEqual(Date.parse(runs[0]!.finishedAt!));
    },
    { timeout: 20_000 },
  );
  clock.mockRestore();
});

test('a run that events started and that failed goes on with the same events', async () => {
  const demand = "(SELECT count() AS events FROM events WHERE event = 'Mended') AS demand";
  const query = `SELECT user_id, intDiv(1, demand.events) AS one FROM input, ${demand}`;
  const steps = [...STEPS.slice(0, 1), step('out', 'core/sql', { query }, { rows: 'started' })];
  const entry = { again: 'every-time' as const, days: 30 };
  await publish('entered', { kind: 'event', event: 'Entered', everySeconds: 5, entry }, steps);
  const [first, second, mended] = eventsOn('2030-02-01', 3);
  await server.project.admin.insert(
    'events',
    [first, second].map((event) => ({ ...event, event: 'Entered' })),
  );
  await strike('2030-02-02T00:00:00Z');
  const [failed] = await runsOf('entered', 1);
  expect([failed?.state, failed?.steps.at(-1)?.error?.code]).toEqual(['failed', 'SQL_FAILED']);

  const { id = '' } = failed ?? {};
  const ended = await server.app.get(RunStore).find(id);
  if (ended) await server.app.get(RunCleaner).clean(ended);
  await server.project.admin.insert('events', [{ ...mended, event: 'Mended' }]);
  await server.app.get(RunsService).retry(server.actor.projectId, id);
  const run = await server.ended(id);
  const [sample] = await server.samples(id, 'out');
  expect([run.state, sample?.rows.toSorted()]).toEqual([
    'done',
    [
      ['user-0', 1],
      ['user-1', 1],
    ],
  ]);
});

test('what is wrong with a trigger is told by the name of its field', async () => {
  const condition: Condition = { combinator: 'and', rules: [{ field: 'amount', operator: 'between', value: [1] }] };
  const entry = { again: 'every-time' as const, days: 30 };
  const trigger: Trigger = { kind: 'event', event: 'Bought', everySeconds: 5, entry, condition };
  const graph = { steps: STEPS, layout: {}, trigger };
  const check = await server.app.get(PipelinesService).check(server.actor.projectId, graph);
  const reason = 'amount “between” needs two values';
  expect(check.trigger).toEqual([
    { code: 'PARAM_INVALID', field: 'condition', reason, message: `Only when: ${reason}` },
  ]);
});

function eventsOn(day: string, count: number): object[] {
  const at = `${day}T09:00:00Z`;
  return Array.from({ length: count }, (_, index) => ({
    ...{ message_id: `${day} ${index}`, type: 'track', event: 'Bought', user_id: `user-${index}` },
    ...{ timestamp: at, received_at: at, properties: {} },
  }));
}
