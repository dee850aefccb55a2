import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { getModelToken } from '@nestjs/mongoose';
import type { Step } from '@pelton/contract';
import type { Model } from 'mongoose';
import { Tinypool } from 'tinypool';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ApprovalsService } from '../approvals/approvals.service.js';
import { FilesService } from '../files/files.service.js';
import { JourneyClock } from '../journeys/journey-clock.service.js';
import { people, state, step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import render, { type RenderTask } from '../messages/render.worker.js';
import { LineageService } from '../lineage/lineage.service.js';
import type { DeliveryDoc } from '../messages/delivery.schema.js';
import { RunsService } from '../runs/runs.service.js';
import { StepsService } from './steps.service.js';
import { allKept } from './testing/all-kept.js';
import { CALLED, CALLED_STEPS, CROSSINGS, CROSSINGS_AS_OF } from './testing/crossings.js';
import { bought, CASES_AS_OF, type KindCase, kindCases, prepareKindCases } from './testing/kind-cases.js';
import { CONTROL_EXAMPLES, STEP_EXAMPLES } from './testing/step-examples.js';

const CALLABLE = 'callable';
const CASES = kindCases(CALLABLE);
/** The guide's own test shows what these make of a table. */
const SHOWN = [...STEP_EXAMPLES, ...CONTROL_EXAMPLES].map(({ uses }) => uses);

let server: TestApp;
const exports = mkdtempSync(join(tmpdir(), 'pelton-'));
beforeAll(async () => {
  // A thread cannot load the worker's source, so what it does is done here.
  vi.spyOn(Tinypool.prototype, 'run').mockImplementation((task: RenderTask) => Promise.resolve(render(task)));
  server = await startTestApp({ PELTON_EXPORTS: exports, PELTON_FILES: exports, PELTON_URL: 'http://localhost' });
  await prepareKindCases(server, { exports, callable: CALLABLE });
}, 120_000);
afterAll(async () => {
  await server.stop();
  rmSync(exports, { recursive: true, force: true });
});

test('every kind that the server has is shown with the rows that it makes of a known table', () => {
  const kinds = server.app.get(StepsService).types();
  // Connectors share one step that reads and one that sends; each has tests of its own in tests/connectors.
  const ofCore = kinds.map(({ uses }) => uses).filter((uses) => uses.startsWith('core/') || uses.startsWith('file/'));
  const proven = new Set([...SHOWN, ...CASES.map(({ uses }) => uses)]);
  expect([...proven].sort()).toEqual(ofCore.sort());
  expect(kinds.filter(({ uses }) => !/^core\/|\/(read|write)$/.test(uses))).toEqual([]);
});

test('a dry run of every kind stores, sends and writes nothing', async () => {
  const steps = CASES.flatMap((example, index) => numbered(example.steps, index));
  const pipeline = await server.publish(steps);
  const before = await allKept(server, exports);
  const { id } = await server.app
    .get(RunsService)
    .launch(server.actor, { pipeline, cause: { kind: 'manual' }, asOf: CASES_AS_OF, dry: true });
  const run = await server.ended(id);
  expect(run.steps.filter((each) => each.state !== 'done')).toEqual([]);
  expect(run.steps).toHaveLength(steps.length);
  expect(await allKept(server, exports)).toEqual(before);
});

describe('on the real engine, over a known table', () => {
  test.each(CASES)('$uses', async (example) => {
    const pipeline = await server.publish(example.steps);
    const run = await server.run(pipeline, CASES_AS_OF);
    const id = example.steps.find(({ uses }) => uses === example.uses)?.id ?? '';
    expect(state(run, id)).toMatchObject({ state: 'done', error: null });
    expect(await given(run.id, id, example)).toEqual(example.gives);
    expect(await found(example.stored?.query)).toEqual(example.stored?.rows);
  });
});

test('the lineage of SQL, of a dataset that it is enriched with and of one that keeps it is known by column', async () => {
  const query = `SELECT user_id, toFloat64OrZero(toString(properties.amount)) AS spent FROM events WHERE event = 'Bought'`;
  const name = await server.publish([
    step('spent', 'core/sql', { query }),
    step(
      'planned',
      'core/enrich',
      { dataset: 'plans', keys: [{ column: 'user_id', matches: 'who' }] },
      { rows: 'spent' },
    ),
    step('kept', 'core/to-dataset', { dataset: 'spent-by-plan' }, { rows: 'planned.rows' }),
  ]);
  const { edges } = await server.app.get(LineageService).whole(server.actor.projectId);
  const into = (id: string, from: string) => edges.find((edge) => edge.to === id && edge.from === from)?.columns;
  expect(into(`step/${name}/spent`, 'event/')).toEqual([
    { from: 'user_id', to: 'user_id' },
    { from: 'amount', to: 'spent' },
  ]);
  const planned = into(`step/${name}/planned`, 'dataset/plans');
  expect(planned).toContainEqual({ from: 'plan', to: 'plan' });
  expect(planned).not.toContainEqual({ from: 'plan', to: 'spent' });
  expect(into(`step/${name}/planned`, `step/${name}/spent`)).toContainEqual({ from: 'spent', to: 'spent' });
  expect(into('dataset/spent-by-plan', `step/${name}/kept`)).toContainEqual({ from: 'plan', to: 'plan' });
});

describe('a source that the warehouse reads by itself', () => {
  const SHOPS = 'town,visits\nBonn,3\nKiel,4\n';
  const read = (stream: string) => step('shops', 'file/read', { connection: 'uploads', stream });
  const all = step(
    'all',
    'core/aggregate',
    { measures: [{ name: 'sum', measure: 'sum', column: 'visits' }] },
    { rows: 'shops' },
  );

  async function publishRead(stream: string): Promise<string> {
    const files = server.app.get(FilesService);
    await files.store(server.actor.projectId, stream, Readable.from([Buffer.from(SHOPS)]));
    return server.publish([read(stream), all]);
  }

  test('is part of the statement that reads it', async () => {
    const run = await server.run(await publishRead('shops.csv'), CASES_AS_OF);
    expect(state(run, 'shops')).toMatchObject({ state: 'done', readThrough: true, attempt: 0 });
    expect((await server.samples(run.id, 'all')).map(({ rows }) => rows)).toEqual([[[7]]]);
  });

  test('is what fails when it is gone', async () => {
    const pipeline = await publishRead('gone.csv');
    await server.app.get(FilesService).remove(server.actor.projectId, 'gone.csv');
    const run = await server.run(pipeline, CASES_AS_OF);
    expect(state(run, 'shops')).toMatchObject({ state: 'failed' });
    expect(state(run, 'shops')?.error?.message).toContain('gone.csv');
    expect(state(run, 'all')).toMatchObject({ state: 'skipped', error: null });
  });

  test('runs by itself when it has a time limit of its own', async () => {
    const pipeline = await publishRead('slow.csv');
    await server.publish([{ ...read('slow.csv'), timeout: 60 }, all], pipeline);
    const run = await server.run(pipeline, CASES_AS_OF);
    expect(state(run, 'shops')).toMatchObject({ state: 'done', attempt: 1 });
    expect(state(run, 'shops')?.readThrough).toBeUndefined();
  });
});

describe('whoever had a message gets it again', () => {
  const deliveries = () => server.app.get<Model<DeliveryDoc>>(getModelToken('Delivery'));

  /** How many messages a run of a pipeline sends to ann, who entered on a day. */
  async function sent(name: string, params: object, day = '2030-01-01'): Promise<number | undefined> {
    const query = `SELECT 'ann' AS user_id, toDateTime64('${day}', 3, 'UTC') AS entered_at`;
    const message = step('mail', 'core/message', { message: 'hello', ...params }, { users: 'entered' });
    const run = await server.run(
      await server.publish([step('entered', 'core/sql', { query }), message], name),
      CASES_AS_OF,
    );
    return state(run, 'mail')?.rows['users'];
  }

  test('never, unless the step says so', async () => {
    expect([await sent('never', {}), await sent('never', {}, '2030-01-02')]).toEqual([1, 0]);
  });

  test('in each run', async () => {
    const again = { repeat: 'each-run' };
    expect([await sent('each-run', again), await sent('each-run', again, '2030-01-02')]).toEqual([1, 1]);
  });

  test('each time that they enter', async () => {
    const again = { repeat: 'each-entry' };
    const days = ['2030-01-01', '2030-01-01', '2030-01-05'];
    const counts = [];
    for (const [index, day] of days.entries())
      counts.push(await sent('each-entry', { ...again, days: index + 1 }, day));
    expect(counts).toEqual([1, 0, 1]);
  });

  test('when so many days have passed', async () => {
    const again = { repeat: 'after', days: 30 };
    expect([await sent('after', again), await sent('after', again, '2030-01-02')]).toEqual([1, 0]);
    const longAgo = new Date(Date.now() - 31 * 86_400_000);
    await deliveries().updateMany({ pipeline: 'after' }, { $set: { acceptedAt: longAgo } });
    expect(await sent('after', again, '2030-01-03')).toBe(1);
  });

  test('by one of several runs at the same time, when so many days have passed', async () => {
    const message = step('mail', 'core/message', { message: 'hello', repeat: 'after', days: 30 }, { users: 'many' });
    const many = step('many', 'core/sql', { query: 'SELECT toString(number) AS user_id FROM numbers(20)' });
    const pipeline = await server.publish([many, message], 'at-once');
    await Promise.all([1, 2, 3, 4].map(() => server.run(pipeline, CASES_AS_OF)));
    expect(await deliveries().countDocuments({ pipeline })).toBe(20);
  });
});

describe('users who wait for days', () => {
  beforeAll(() => server.publish(CALLED_STEPS, CALLED));

  test('cross every kind of control step in a test', () => {
    const kinds = server.app.get(StepsService).types();
    const control = kinds.filter(({ layer }) => layer === 'control').map(({ uses }) => uses);
    expect([...CROSSINGS.map(({ uses }) => uses), 'core/input'].sort()).toEqual(control.sort());
  });

  test.each(CROSSINGS)('cross $uses', async ({ steps, passed }) => {
    const pipeline = await server.publish(steps);
    await server.run(pipeline, CROSSINGS_AS_OF);
    for (const [at, users] of passed) {
      await tick(at);
      expect([at, await arrived(pipeline)]).toEqual([at, users]);
      await approveAll();
    }
  });

  test('cross core/input: they wait in the pipeline that was called, and go on there', async () => {
    const before = await arrived(CALLED);
    const call = step('call', 'core/pipeline', { pipeline: CALLED }, { rows: 'people' });
    await server.run(await server.publish([people('dan', 'eve'), call]), CROSSINGS_AS_OF);
    await tick('2030-01-10T10:00:00Z');
    expect(await arrived(CALLED)).toEqual([...before, 'dan', 'eve'].sort());
  });

  const tick = (at: string) => server.app.get(JourneyClock).tick(new Date(at));

  /** Who has come to the last step of a pipeline in any of its runs. */
  async function arrived(pipeline: string): Promise<string[]> {
    const runs = (await server.runsOf(pipeline)).filter((run) => state(run, 'out')?.state === 'done');
    const samples = await Promise.all(runs.map(({ id }) => server.samples(id, 'out')));
    return samples
      .flatMap(([first]) => first?.rows ?? [])
      .flatMap(([user]) => (typeof user === 'string' ? [user] : []))
      .sort();
  }

  async function approveAll(): Promise<void> {
    const approvals = server.app.get(ApprovalsService);
    const titles = (pipelineTitle: string, stepTitle: string) => ({ pipelineTitle, stepTitle });
    for (const { id } of await approvals.list(server.actor.projectId, true, titles))
      await approvals.decide(server.actor, id, { approve: true, note: '' });
  }
});

test('a run as of the past gives on what it finds, and leaves what a later one has kept', async () => {
  const pipeline = await server.publish([
    step('who', 'core/tag', { tag: 'buyers' }),
    step('sum', 'core/metric', { metric: 'revenue' }),
  ]);
  const feet = async (asOf: string) => (await server.run(pipeline, asOf)).steps.map(({ foot }) => foot);
  const members = () => found("SELECT user_id, left_at FROM tag_members WHERE tag_id = 'buyers' ORDER BY 1");
  const values = () => found("SELECT value, as_of FROM metric_values WHERE metric_id = 'revenue' ORDER BY period");
  const both = [
    ['ann', null],
    ['bob', null],
  ];
  await server.run(pipeline, CASES_AS_OF);
  expect([await members(), await values()]).toEqual([both, [5, 20].map((value) => [value, CASES_AS_OF])]);

  const past = await server.run(pipeline, '2029-11-20T00:00:00.000Z');
  expect([await members(), await values()]).toEqual([both, [5, 20].map((value) => [value, CASES_AS_OF])]);
  const newer = 'not kept: there are newer ones';
  expect(past.steps.map(({ foot }) => foot)).toEqual([`1 people, ${newer}`, `1 values, ${newer}`]);
  const rows = async (id: string) => (await server.samples(past.id, id)).map((port) => port.rows);
  // Bob's entry is the one that is kept: what is done once an entry is not done again.
  expect(await rows('who')).toEqual([[['bob', '', 1, '1 × Bought, last 5 Nov 2029', CASES_AS_OF]]]);
  expect(await rows('sum')).toEqual([[['2029-11-01T00:00:00.000Z', '', 5, 5, null, 1]]]);

  await server.project.admin.insert('events', [bought('cy', '2029-12-20T00:00:00Z', 7)]);
  expect(await feet(CASES_AS_OF)).toEqual(['3 people, 3 new, 0 left', null]);
  expect([await members(), await values()]).toEqual([
    [...both, ['cy', null]],
    [5, 27].map((value) => [value, CASES_AS_OF]),
  ]);
  const later = '2030-01-08T00:00:00.000Z';
  expect(await feet(later)).toEqual(['3 people', null]);
  expect(await values()).toEqual([5, 27].map((value) => [value, later]));
});

/** What each port gave, row by row. */
async function given(run: string, id: string, { without = [] }: KindCase): Promise<KindCase['gives']> {
  const samples = await server.samples(run, id);
  return Object.fromEntries(
    samples.map(({ port, columns, rows }) => [
      port,
      rows.map((row) => row.filter((_, index) => !without.includes(columns[index]?.name ?? ''))).sort(byText),
    ]),
  );
}

/** The steps of one case among those of others. */
function numbered(steps: readonly Step[], index: number): Step[] {
  const inputs = (given: Step['inputs']) =>
    Object.fromEntries(Object.entries(given).map(([port, ref]) => [port, ref.replace(/^[a-z]+/, `$&_${index}`)]));
  return steps.map((each) => ({ ...each, id: `${each.id}_${index}`, inputs: inputs(each.inputs) }));
}

const byText = (a: unknown[], b: unknown[]) => JSON.stringify(a).localeCompare(JSON.stringify(b));

async function found(query: string | undefined): Promise<unknown[][] | undefined> {
  if (query === undefined) return undefined;
  const rows = await server.project.admin.rows<Record<string, unknown>>({ parts: [query] });
  return rows.map((row) => Object.values(row));
}
