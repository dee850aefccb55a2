import type { RunState } from '@pelton/contract';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import { RunSchema, type RunDoc } from './run.schema.js';
import { RunTurns } from './run-turns.service.js';
import type { Turn } from './turn.js';

let documents: TestDocuments;
let runs: Model<RunDoc>;
let turns: RunTurns;
beforeAll(async () => {
  documents = await openTestDocuments();
  runs = await documents.model('Run', RunSchema);
  turns = new RunTurns(runs);
});
afterAll(() => documents.close());

/** Queues runs of a pipeline, each asked for a second after the one before. */
async function queue(pipeline: string, turn: Turn, ids: readonly string[], priority?: number): Promise<void> {
  const docs = ids.map((_id, index): RunDoc => ({
    ...{ _id, projectId: 'p', pipeline, pipelineTitle: pipeline, draft: false, state: 'queued', turn },
    ...(priority && { priority }),
    ...{ asOf: new Date(), graph: { steps: [], layout: {} }, definitions: NO_DEFINITIONS, timezone: 'UTC' },
    ...{ waits: {}, steps: [], startedBy: 'schedule', revision: 1 },
    startedAt: new Date(Date.UTC(2026, 0, 1, 0, 0, index)),
  }));
  await runs.create(docs);
}
const NO_DEFINITIONS = { metrics: [], tags: [], experiments: [], messages: [] };

async function states(pipeline: string): Promise<Record<string, RunState>> {
  const found = await runs.find({ pipeline }).sort({ _id: 1 }).lean();
  return Object.fromEntries(found.map(({ _id, state }) => [_id, state]));
}
const end = (_id: string) => runs.updateOne({ _id }, { $set: { state: 'done' } });

describe('a run goes on when fewer than the settings allow do', () => {
  test('and others wait, in the order in which they were asked for', async () => {
    await queue('queue', { atOnce: 2, whenBusy: 'queue' }, ['q1', 'q2', 'q3', 'q4']);
    expect(await turns.give('p', 'queue')).toEqual(['q1', 'q2']);
    expect(await turns.give('p', 'queue')).toEqual([]);
    await end('q2');
    expect(await turns.give('p', 'queue')).toEqual(['q3']);
    expect(await states('queue')).toEqual({ q1: 'running', q2: 'done', q3: 'running', q4: 'queued' });
  });

  test('those of a higher priority first', async () => {
    await queue('urgent', { atOnce: 1, whenBusy: 'queue' }, ['low'], 10);
    await queue('urgent', { atOnce: 1, whenBusy: 'queue' }, ['high'], 1);
    expect(await turns.give('p', 'urgent')).toEqual(['high']);
  });

  test('or is left out', async () => {
    await queue('skip', { atOnce: 1, whenBusy: 'skip' }, ['s1', 's2', 's3']);
    expect(await turns.give('p', 'skip')).toEqual(['s1']);
    expect(await states('skip')).toEqual({ s1: 'running', s2: 'skipped', s3: 'skipped' });
  });

  test('or takes the place of the oldest', async () => {
    await queue('replace', { atOnce: 1, whenBusy: 'replace' }, ['r1']);
    await turns.give('p', 'replace');
    await queue('replace', { atOnce: 1, whenBusy: 'replace' }, ['r2', 'r3']);
    expect(await turns.give('p', 'replace')).toEqual(['r3']);
    expect(await states('replace')).toEqual({ r1: 'cancelled', r2: 'skipped', r3: 'running' });
  });
});

test('never more than allowed go on, and each is started once, whoever looks at the same time', async () => {
  const ids = Array.from({ length: 12 }, (_, index) => `t${String(index).padStart(2, '0')}`);
  await queue('together', { atOnce: 3, whenBusy: 'queue' }, ids);
  const started: string[] = [];
  let most = 0;
  while (started.length < ids.length) {
    const given = await Promise.all(Array.from({ length: 4 }, () => new RunTurns(runs).give('p', 'together')));
    started.push(...given.flat());
    const going = Object.entries(await states('together')).filter(([, state]) => state === 'running');
    most = Math.max(most, going.length);
    const [first] = going;
    if (first) await end(first[0]);
  }
  expect([...started].sort()).toEqual(ids);
  expect(most).toBe(3);
});

test('however many ask at once, each run is told to one of them, in the order in which they wait', async () => {
  const ids = ['m1', 'm2', 'm3', 'm4', 'm5'];
  await queue('many', { atOnce: 2, whenBusy: 'queue' }, ids);
  const started: string[] = [];
  while (started.length < ids.length) {
    const given = (await Promise.all(Array.from({ length: 100 }, () => turns.give('p', 'many')))).flat();
    started.push(...given);
    for (const id of given) await end(id);
  }
  expect(started).toEqual(ids);
});

test('the next one is found by an index, however many wait', async () => {
  await queue('long', { atOnce: 1, whenBusy: 'queue' }, ['l1', 'l2', 'l3']);
  const first = runs.find({ projectId: 'p', pipeline: 'long', state: 'queued' }).limit(1);
  const plan = await first.sort({ priority: 1, startedAt: 1, _id: 1 }).explain('queryPlanner');
  const winningPlan = { indexName: 'projectId_1_pipeline_1_priority_1_startedAt_1__id_1', isSorted: true };
  expect(plan).toMatchObject({ queryPlanner: { winningPlan } });
});

test('a pipeline with queued runs is found, and is busy while as many as allowed are not over', async () => {
  await queue('busy', { atOnce: 1, whenBusy: 'queue' }, ['b1']);
  expect(await turns.waiting()).toContainEqual({ projectId: 'p', pipeline: 'busy' });
  expect(await turns.isBusy('p', 'busy', 1)).toBe(true);
  expect(await turns.isBusy('p', 'busy', 2)).toBe(false);
  expect(await turns.isBusy('p', 'nothing', 1)).toBe(false);
});
