import { hostname } from 'node:os';
import { getQueueToken } from '@nestjs/bullmq';
import { getModelToken } from '@nestjs/mongoose';
import { sql } from '@pelton/sdk';
import type { Queue } from 'bullmq';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { newId } from '../common/ids.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { RunsService } from '../runs/runs.service.js';
import { JourneyTurns } from './journey-turns.service.js';
import type { JourneyTurnDoc, ReleaseDoc } from './journey.schema.js';
import { Releaser } from './releaser.service.js';
import { JourneyClock } from './journey-clock.service.js';
import { journey, pass, people, state, step, wait } from './testing/journey-steps.js';
import { startTestApp, type TestApp } from './testing/test-app.js';
import { WaitingService } from './waiting.service.js';

// In 2030, so that only a clock that a test sets lets anybody go on.
const MONDAY = '2030-01-07T10:00:00.000Z';

let server: TestApp;
let clock: JourneyClock;
let waiting: WaitingService;
beforeAll(async () => {
  server = await startTestApp();
  clock = server.app.get(JourneyClock);
  waiting = server.app.get(WaitingService);
  // Only a test's own turns come: the clock's would end what a test leaves begun, or have the turn that it asks for.
  await clock.onApplicationShutdown();
}, 120_000);
afterAll(() => server.stop());
beforeEach(() => server.project.admin.run(sql`TRUNCATE TABLE waiting_users`));

const tick = (at: string) => clock.tick(new Date(at));
const passed = async (pipeline: string, id = 'mail') =>
  (await server.runsOf(pipeline)).flatMap((run) => state(run, id)?.rows['rows'] ?? []);

const samplesOf = async (pipeline: string, id: string) => {
  const runs = (await server.runsOf(pipeline)).filter((run) => state(run, id)?.state === 'done');
  const samples = await Promise.all(runs.map((run) => server.samples(run.id, id)));
  return samples.map(([first]) =>
    (first?.rows ?? []).flatMap(([user]) => (typeof user === 'string' ? [user] : [])).sort(),
  );
};
describe('a wait', () => {
  test('keeps users for days, and lets them go on together in a run of the same version', async () => {
    const pipeline = await server.publish(
      journey(people('ann', 'bob'), wait({ amount: 3, unit: 'days' }), pass('mail', 'wait')),
    );
    const first = await server.run(pipeline, MONDAY);
    expect([state(first, 'wait')?.foot, state(first, 'wait')?.waiting]).toEqual(['2 waiting', 2]);
    expect([first.state, state(first, 'mail')?.state]).toEqual(['done', 'skipped']);
    expect(await server.project.admin.row(sql`SELECT count() AS users FROM waiting_users`)).toEqual({ users: 2 });
    expect(await server.app.get<Queue>(getQueueToken('steps')).getJobCountByTypes('waiting', 'delayed')).toBe(0);

    await tick('2030-01-10T09:59:59Z');
    expect(await server.runsOf(pipeline)).toHaveLength(1);
    await tick('2030-01-10T10:00:00Z');
    const [, second] = await server.runsOf(pipeline);
    expect(second).toMatchObject({
      state: 'done',
      version: 1,
      asOf: '2030-01-10T10:00:00.000Z',
      cause: { kind: 'wait', by: 'wait' },
      startedBy: 'Wait',
    });
    expect(second?.steps.map(({ id, rows, seeded }) => [id, rows, seeded])).toEqual([
      ['wait', { users: 2 }, true],
      ['mail', { rows: 2 }, undefined],
    ]);
    await tick('2030-02-10T10:00:00Z');
    expect(await server.runsOf(pipeline)).toHaveLength(2);
  });

  test('gives users back with all their columns, of their types', async () => {
    const types = `'a.b' AS text, CAST(NULL, 'Nullable(Float64)') AS none, toDecimal64('12.3400', 4) AS price, [1, 2] AS list, toDateTime64('2030-01-01 10:00:00.123', 3, 'UTC') AS at, toUInt64(18446744073709551615) AS large, toLowCardinality('x') AS word`;
    const rows = step('people', 'core/sql', { query: `SELECT 'ann' AS user_id, ${types}` });
    const pipeline = await server.publish(journey(rows, wait({ amount: 1 }), pass('mail', 'wait')));
    await server.run(pipeline, MONDAY);
    await tick('2030-01-09T00:00:00Z');
    const [first, second] = await server.runsOf(pipeline);
    expect(second?.state).toBe('done');
    const [before] = await server.samples(first?.id ?? '', 'people');
    const [after] = await server.samples(second?.id ?? '', 'wait');
    expect(after?.columns).toEqual(before?.columns);
    expect(after?.rows).toEqual(before?.rows);
  });

  test('until a time of day, a date or a time of each user', async () => {
    const due = async (params: object) => {
      const pipeline = await server.publish(journey(people('ann'), wait(params), pass('mail', 'wait')));
      await server.run(pipeline, MONDAY);
      const { users } = await waiting.list(server.actor.projectId, { pipeline, search: '' }, { limit: 9, offset: 0 });
      return users.map(({ dueAt }) => dueAt);
    };
    expect(await due({ until: 'until a time of day', time: '09:00', days: 'Monday to Friday' })).toEqual([
      '2030-01-08T09:00:00.000Z',
    ]);
    expect(await due({ until: 'until a date', date: '2030-03-01 09:00', timezone: 'Asia/Seoul' })).toEqual([
      '2030-03-01T00:00:00.000Z',
    ]);
    expect(await due({ until: 'until a time in a column', column: 'day' })).toEqual(['2030-02-01T00:00:00.000Z']);
  });

  test('whoever waits already does not begin again, but for another key; who went on may', async () => {
    const rows = (orders: string[]) =>
      step('people', 'core/sql', {
        query: `SELECT 'ann' AS user_id, arrayJoin([${orders.map((id) => `'${id}'`).join(', ')}]) AS order_id`,
      });
    const keyed = wait({ amount: 1, key: 'order_id' });
    const pipeline = await server.publish(journey(rows(['a', 'b', 'b']), keyed, pass('mail', 'wait')));
    const counts = async (at: string) => state(await server.run(pipeline, at), 'wait')?.waiting;
    expect(await counts(MONDAY)).toBe(2);
    expect(await counts('2030-01-07T11:00:00Z')).toBe(0);
    await tick('2030-01-08T10:00:00Z');
    expect(await counts('2030-01-08T11:00:00Z')).toBe(2);
  });

  test('a draft lets users through, and nobody waits', async () => {
    const pipeline = await server.publish(journey(people('ann', 'bob'), wait({ amount: 3 }), pass('mail', 'wait')));
    const { id } = await server.app
      .get(RunsService)
      .launch(server.actor, { pipeline, cause: { kind: 'manual' }, draft: true, asOf: MONDAY });
    const run = await server.ended(id);
    expect([state(run, 'wait')?.foot, state(run, 'mail')?.rows]).toEqual(['2 would wait', { rows: 2 }]);
    expect((await waiting.find(server.actor.projectId, pipeline, (id) => id)).users).toBe(0);
  });
});

describe('a journey', () => {
  test('of which some wait and some do not comes together in a merge', async () => {
    const when = { rules: [{ field: 'user_id', operator: '=', value: 'ann' }] };
    const pipeline = await server.publish(
      journey(
        people('ann', 'bob'),
        step('split', 'core/branch', { branches: [{ name: 'now', condition: when }] }, { rows: 'people' }),
        wait({ amount: 1 }, 'split.else'),
        step('both', 'core/merge', {}, { first: 'split.now', second: 'wait' }),
        pass('mail', 'both'),
      ),
    );
    await server.run(pipeline, MONDAY);
    await tick('2030-01-08T10:00:00Z');
    expect(await samplesOf(pipeline, 'mail')).toEqual([['ann'], ['bob']]);
  });

  test('goes on in the version that users entered, whatever is published meanwhile', async () => {
    const steps = (after: string) => journey(people('ann'), wait({ amount: 1 }), pass(after, 'wait'));
    const pipeline = await server.publish(steps('old'));
    await server.run(pipeline, MONDAY);
    await server.publish(steps('fresh'), pipeline);
    expect(state(await server.run(pipeline, '2030-01-07T11:00:00Z'), 'wait')?.waiting).toBe(0);
    await tick('2030-01-09T00:00:00Z');
    const [, , third] = await server.runsOf(pipeline);
    expect([third?.version, third?.steps.map(({ id }) => id)]).toEqual([1, ['wait', 'old']]);
  });

  test('while it is held nobody goes on; then those do who were due', async () => {
    const pipeline = await server.publish(journey(people('ann'), wait({ amount: 1 }), pass('mail', 'wait')));
    await server.run(pipeline, MONDAY);
    const { projectId } = server.actor;
    await waiting.hold(projectId, pipeline, true);
    await tick('2030-01-10T00:00:00Z');
    expect(await waiting.find(projectId, pipeline, (id) => id)).toEqual({
      isHeld: true,
      users: 1,
      steps: [{ step: 'wait', title: 'wait', users: 1, nextDueAt: '2030-01-08T10:00:00.000Z', versions: [1] }],
    });
    await waiting.hold(projectId, pipeline, false);
    await tick('2030-01-10T00:00:01Z');
    expect(await passed(pipeline)).toEqual([1]);
  });

  test('lets nobody go on who was taken out, or whose pipeline is gone', async () => {
    const steps = journey(people('ann', 'bob'), wait({ amount: 1 }), pass('mail', 'wait'));
    const [removed, deleted] = [await server.publish(steps), await server.publish(steps)];
    for (const pipeline of [removed, deleted]) await server.run(pipeline, MONDAY);
    expect(await waiting.remove(server.actor.projectId, { pipeline: removed, stepId: 'wait' })).toBe(2);
    expect(await waiting.remove(server.actor.projectId, { pipeline: removed })).toBe(0);
    await server.app.get(PipelinesService).remove(server.actor.projectId, deleted);
    await tick('2030-01-10T00:00:00Z');
    expect([await server.runsOf(removed), await server.runsOf(deleted)].map((runs) => runs.length)).toEqual([1, 1]);
    expect((await waiting.find(server.actor.projectId, deleted, (id) => id)).users).toBe(0);
  });
});

describe('a time window', () => {
  const open = { from: '09:00', to: '18:00', days: 'Monday to Friday' };
  const through = async (asOf: string) => {
    const hours = step('hours', 'core/time-window', open, { users: 'people' });
    const pipeline = await server.publish(journey(people('ann', 'bob'), hours, pass('mail', 'hours')));
    await server.run(pipeline, asOf);
    return pipeline;
  };

  test('lets users pass while it is open', async () => {
    expect(await passed(await through(MONDAY))).toEqual([2]);
  });

  test('keeps users until it opens', async () => {
    const pipeline = await through('2030-01-11T18:00:00Z');
    await tick('2030-01-14T08:59:59Z');
    expect(await passed(pipeline)).toEqual([]);
    await tick('2030-01-14T09:00:00Z');
    expect(await passed(pipeline)).toEqual([2]);
  });

  test('keeps them again when they are let go on too late', async () => {
    const pipeline = await through('2030-01-11T18:00:00Z');
    await tick('2030-01-14T19:00:00Z');
    await server.runsOf(pipeline);
    expect(await passed(pipeline)).toEqual([]);
    await tick('2030-01-15T09:00:00Z');
    expect(await passed(pipeline)).toEqual([2]);
  });
});

describe('a process that dies while it lets users go on', () => {
  const NEXT = '2030-01-08T10:00:00Z';
  const waitingJourney = async () => {
    const pipeline = await server.publish(journey(people('ann', 'bob'), wait({ amount: 1 }), pass('mail', 'wait')));
    await server.run(pipeline, MONDAY);
    return pipeline;
  };

  test('after marking them loses nobody', async () => {
    const pipeline = await waitingJourney();
    const turn = { fence: 5, isMine: () => Promise.resolve(false) };
    await server.app.get(Releaser).release(server.actor.projectId, [], new Date(NEXT), turn);
    expect(await passed(pipeline)).toEqual([]);
    await tick('2030-01-08T10:00:05Z');
    await tick('2030-01-08T10:00:10Z');
    expect(await passed(pipeline)).toEqual([2]);
  });

  test('after starting their run starts it once', async () => {
    const pipeline = await waitingJourney();
    const releases = server.app.get<Model<ReleaseDoc>>(getModelToken('Release'));
    const forget = vi.spyOn(releases, 'deleteOne').mockRejectedValueOnce(new Error('killed'));
    await tick(NEXT);
    expect(forget).toHaveBeenCalledOnce();
    await tick('2030-01-08T10:00:05Z');
    expect([await passed(pipeline), await releases.countDocuments()]).toEqual([[2], 0]);
  });

  test('before marking them leaves them where they are', async () => {
    const pipeline = await waitingJourney();
    const { projectId } = server.actor;
    const releases = server.app.get<Model<ReleaseDoc>>(getModelToken('Release'));
    const { columns } = await server.project.admin.row<{ columns: string }>(sql`SELECT columns FROM waiting_users`);
    const begun = { _id: newId(), projectId, pipeline, version: 1, stepId: 'wait', columns };
    await releases.create({ ...begun, asOf: new Date(NEXT), startedAt: new Date(0) });
    await tick(NEXT);
    expect([await passed(pipeline), await releases.countDocuments()]).toEqual([[2], 0]);
  });

  test('one process at a time decides, and one that is gone loses its turn', async () => {
    const turns = server.app.get(JourneyTurns);
    const seen: unknown[] = [];
    await turns.tryTurn(async (first) => {
      seen.push(await turns.tryTurn(() => Promise.resolve('beside')));
      const taken = { holder: `${hostname()} 4194304 x`, until: new Date(Date.now() + 60_000) };
      await server.app
        .get<Model<JourneyTurnDoc>>(getModelToken('JourneyTurn'))
        .updateOne({ _id: 'turn' }, { $set: taken });
      seen.push(await first.isMine());
      seen.push(await turns.tryTurn((second) => Promise.resolve(second.fence - first.fence)));
    });
    expect(seen).toEqual([undefined, false, 1]);
  });
});
