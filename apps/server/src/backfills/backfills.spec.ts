import { AppError, type BackfillInput, isAppError, type Run, type RunState } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { PinoLogger } from 'nestjs-pino';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import type { WarehouseService } from '../infra/warehouse.service.js';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import {
  type PipelineDoc,
  PipelineSchema,
  type PipelineVersionDoc,
  PipelineVersionSchema,
} from '../pipelines/pipeline.schema.js';
import type { ProjectsService } from '../projects/projects.service.js';
import { cancelRun } from '../runs/cancel-run.js';
import type { Launch } from '../runs/launch.js';
import { type RunDoc, RunSchema } from '../runs/run.schema.js';
import type { RunsService } from '../runs/runs.service.js';
import { BackfillRunner } from './backfill-runner.service.js';
import { BackfillRuns } from './backfill-runs.service.js';
import { type BackfillDoc, BackfillSchema } from './backfill.schema.js';
import { BackfillsService } from './backfills.service.js';

const NOW = new Date('2026-04-10T12:00:00Z');
const ADA = { projectId: 'p', name: 'Ada' };
const MARCH: BackfillInput = { from: '2026-03-27', to: '2026-03-31', every: 'day', parallel: 2, again: false };
const quiet = { warn() {}, info() {} } as unknown as PinoLogger; // all that is logged with

let documents: TestDocuments;
let pipelines: Model<PipelineDoc>;
let versions: Model<PipelineVersionDoc>;
let runs: Model<RunDoc>;
let backfills: Model<BackfillDoc>;
let service: BackfillsService;
let runner: BackfillRunner;
/** What is done before a run is started, such as to die. */
let beforeStart: (launch: Launch) => Promise<void>;
let launched: Launch[];

beforeAll(async () => {
  documents = await openTestDocuments();
  pipelines = await documents.model('Pipeline', PipelineSchema);
  versions = await documents.model('PipelineVersion', PipelineVersionSchema);
  runs = await documents.model('Run', RunSchema);
  backfills = await documents.model('Backfill', BackfillSchema);
  const projects = { find: () => Promise.resolve({ timezone: 'Europe/London' }) } as unknown as ProjectsService; // asked for its zone
  const started = new BackfillRuns(pipelines, versions, runs, {} as WarehouseService, projects, {
    launch,
    cancel,
  } as unknown as RunsService); // no trigger of events here, and no more is asked of runs
  runner = new BackfillRunner(backfills, started, quiet);
  service = new BackfillsService(backfills, pipelines, projects, started, runner);
});
afterAll(() => documents.close());
beforeEach(async () => {
  await backfills.deleteMany({});
  beforeStart = () => Promise.resolve();
  launched = [];
});

/** Like the real one, it starts an id once, and writes a run that others see. */
async function launch({ projectId }: { projectId: string }, asked: Launch): Promise<Run> {
  await beforeStart(asked);
  const { id = '', pipeline, cause, asOf = '' } = asked;
  const run = { projectId, pipeline, cause, asOf: new Date(asOf), state: 'running', startedAt: new Date(), steps: [] };
  await runs.collection.insertOne({ _id: id as never, ...run }).then(
    () => launched.push(asked),
    (error: unknown) => {
      if (!isDuplicate(error)) throw error;
    },
  );
  return { id } as Run; // nothing else is read
}

async function cancel(projectId: string, id: string): Promise<Run> {
  if (!(await cancelRun(runs, { _id: id, projectId }))) throw new AppError('RUN_OVER', { state: 'done' });
  return { id } as Run;
}

async function publish(name: string, version = 1): Promise<void> {
  const graph = { steps: [], layout: {} };
  const live = { version, graph, publishedAt: NOW, publishedBy: 'Ada' };
  await versions.create({ _id: newId(), projectId: 'p', pipeline: name, ...live });
  const changed = { title: name, description: '', revision: 1, draft: graph, live, updatedAt: NOW, updatedBy: 'Ada' };
  await pipelines.updateOne(
    { projectId: 'p', name },
    { $set: changed, $setOnInsert: { _id: newId() } },
    { upsert: true },
  );
}

const asOfs = () => launched.map(({ asOf }) => asOf?.slice(0, 10));
const end = (state: RunState, which: object = {}) =>
  runs.updateMany({ state: 'running', ...which }, { $set: { state } });
const look = () => runner.look(NOW);
async function finish(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) {
    await look();
    await end('done');
  }
}
const refusal = (acted: Promise<unknown>) =>
  acted.then(
    () => undefined,
    (error: unknown) => (isAppError(error) ? error.code : String(error)),
  );

describe('a back-fill runs each period once', () => {
  test('as of its end, the oldest first, no more at once than it says', async () => {
    await publish('once');
    const { id, counts } = await service.start(ADA, 'once', MARCH, NOW);
    expect(counts).toMatchObject({ total: 5, waiting: 5 });
    await Promise.all([look(), look(), look()]);
    expect(launched.map(({ asOf }) => asOf)).toEqual(['2026-03-28T00:00:00.000Z', '2026-03-29T00:00:00.000Z']);
    await look();
    expect(launched).toHaveLength(2);
    await end('done', { asOf: new Date('2026-03-28T00:00:00Z') });
    await look();
    // Clocks went forward on the 29th.
    expect(launched.at(-1)).toMatchObject({
      asOf: '2026-03-29T23:00:00.000Z',
      cause: { kind: 'backfill', by: id },
      frozen: { version: 1 },
    });
    expect((await service.find('p', 'once', id)).counts).toMatchObject({ done: 1, running: 2, waiting: 2 });
    await finish();
    expect(asOfs()).toEqual(['2026-03-28', '2026-03-29', '2026-03-29', '2026-03-30', '2026-03-31']);
    expect(await service.find('p', 'once', id)).toMatchObject({ state: 'done', counts: { done: 5, total: 5 } });
  });

  test('though its process is killed between deciding and starting', async () => {
    await publish('killed');
    await service.start(ADA, 'killed', { ...MARCH, parallel: 1 }, NOW);
    beforeStart = () => Promise.reject(new Error('Killed'));
    await look();
    expect(launched).toEqual([]);
    beforeStart = () => Promise.resolve();
    await Promise.all([look(), look()]);
    // Killed once more when the run is there: nobody noted that, and nobody has to.
    await look();
    expect(asOfs()).toEqual(['2026-03-28']);
    await finish();
    expect(launched).toHaveLength(5);
    expect(new Set(launched.map(({ id }) => id)).size).toBe(5);
  });

  test('and goes on after a run that failed; a run that is continued counts as done', async () => {
    await publish('failing');
    const { id } = await service.start(ADA, 'failing', MARCH, NOW);
    await look();
    await end('failed', { asOf: new Date('2026-03-28T00:00:00Z') });
    await finish();
    expect(await service.find('p', 'failing', id)).toMatchObject({ state: 'failed', counts: { done: 4, failed: 1 } });
    await runs.updateMany({ 'cause.by': id, state: 'failed' }, { $set: { state: 'done' } });
    expect(await service.find('p', 'failing', id)).toMatchObject({ state: 'done', counts: { done: 5, failed: 0 } });
  });

  test('though its old runs are not kept', async () => {
    await publish('cleaned');
    const { id } = await service.start(ADA, 'cleaned', { ...MARCH, parallel: 1 }, NOW);
    for (let turn = 0; turn < 8; turn++) {
      await look();
      await end('done');
      await look();
      await runs.deleteMany({ 'cause.by': id, state: 'done' });
    }
    expect(launched).toHaveLength(5);
    expect(await service.find('p', 'cleaned', id)).toMatchObject({ state: 'done', counts: { done: 5 } });
    expect((await service.start(ADA, 'cleaned', MARCH, NOW)).counts).toMatchObject({ skipped: 5 });
  });

  test('of the version that was live when it was asked for', async () => {
    await publish('versions');
    await service.start(ADA, 'versions', MARCH, NOW);
    await look();
    await publish('versions', 2);
    await finish();
    expect(launched.map(({ frozen }) => frozen?.version)).toEqual([1, 1, 1, 1, 1]);
  });

  test('and stops with the reason when nothing can be started', async () => {
    await publish('gone');
    const { id } = await service.start(ADA, 'gone', MARCH, NOW);
    beforeStart = () => Promise.reject(new AppError('PIPELINE_EMPTY', {}));
    await look();
    const { state, error, counts } = await service.find('p', 'gone', id);
    expect({ state, error }).toEqual({ state: 'failed', error: new AppError('PIPELINE_EMPTY', {}).message });
    expect(counts).toMatchObject({ cancelled: 5 });
  });
});

describe('what earlier back-fills have done', () => {
  test('is left out, unless it was another version or is asked for again', async () => {
    await publish('again');
    await service.start(ADA, 'again', { ...MARCH, to: '2026-03-29' }, NOW);
    await look();
    await end('failed', { asOf: new Date('2026-03-28T00:00:00Z') });
    await finish();
    launched = [];
    const second = await service.start(ADA, 'again', MARCH, NOW);
    expect(second.periods.map(({ state }) => state)).toEqual(['waiting', 'skipped', 'skipped', 'waiting', 'waiting']);
    await finish();
    expect(asOfs()).toEqual(['2026-03-28', '2026-03-30', '2026-03-31']);
    launched = [];
    await service.start(ADA, 'again', { ...MARCH, again: true }, NOW);
    await finish();
    await publish('again', 2);
    await service.start(ADA, 'again', MARCH, NOW);
    await finish();
    expect(launched).toHaveLength(10);
    const states = (await service.list('p', 'again')).map(({ version, state }) => `v${version} ${state}`);
    expect(states.toSorted()).toEqual(['v1 done', 'v1 done', 'v1 failed', 'v2 done']);
  });
});

describe('a cancelled back-fill', () => {
  test('starts no more, and cancels the runs that go on', async () => {
    await publish('cancelled');
    const { id } = await service.start(ADA, 'cancelled', MARCH, NOW);
    await look();
    await end('done', { asOf: new Date('2026-03-28T00:00:00Z') });
    const cancelled = await service.cancel('p', 'cancelled', id, NOW);
    expect(cancelled).toMatchObject({ state: 'cancelled', counts: { done: 1, cancelled: 4, running: 0 } });
    await finish();
    expect(launched).toHaveLength(2);
    expect(await refusal(service.cancel('p', 'cancelled', id, NOW))).toBe('BACKFILL_OVER');
    expect(await refusal(service.start(ADA, 'cancelled', MARCH, NOW))).toBeUndefined();
  });

  test('cancels the run that was being started meanwhile', async () => {
    await publish('race');
    const { id } = await service.start(ADA, 'race', MARCH, NOW);
    beforeStart = async () => void (await service.cancel('p', 'race', id, NOW));
    await look();
    expect((await runs.find({ 'cause.by': id }).lean()).map(({ state }) => state)).toEqual(['cancelled']);
  });
});

test('a pipeline has one running back-fill', async () => {
  await publish('one');
  const starts = [service.start(ADA, 'one', MARCH, NOW), service.start(ADA, 'one', MARCH, NOW)];
  expect((await Promise.all(starts.map(refusal))).filter(Boolean)).toEqual(['BACKFILL_RUNNING']);
});

test('a pipeline that was never published has none', async () => {
  await publish('draft');
  await pipelines.updateOne({ name: 'draft' }, { $unset: { live: 1 } });
  expect(await refusal(service.start(ADA, 'draft', MARCH, NOW))).toBe('PIPELINE_NOT_LIVE');
});
