import type { Model } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../common/ids.js';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import { newStepRun } from './launch.js';
import { RunStore } from './run-store.service.js';
import { RunSchema, StepOutputSchema, type RunDoc, type StepOutputDoc } from './run.schema.js';

let documents: TestDocuments;
let runs: Model<RunDoc>;
let store: RunStore;
beforeAll(async () => {
  documents = await openTestDocuments();
  runs = await documents.model<RunDoc>('Run', RunSchema);
  store = new RunStore(runs, await documents.model<StepOutputDoc>('StepOutput', StepOutputSchema));
});
afterAll(() => documents.close());

const DONE = { state: 'done' as const, ms: 7 };

/** A run of two steps that are read through and of one that reads them, which this process has claimed. */
async function claimed(): Promise<{ run: RunDoc; attempt: { runId: string; stepId: string; attempt: number } }> {
  const _id = newId();
  const steps = ['through', 'further', 'last'].map((id) =>
    newStepRun({ id, uses: 'core/filter', with: {}, inputs: {} }, id),
  );
  const definitions = { metrics: [], tags: [], experiments: [], messages: [], pipelines: [] };
  await runs.create({
    ...{ _id, projectId: 'p', pipeline: 'sales', pipelineTitle: 'Sales', draft: false, state: 'running' },
    ...{ asOf: new Date(), graph: { steps: [], layout: {} }, definitions, timezone: 'UTC' },
    ...{ waits: {}, steps, startedBy: 'Ada', startedAt: new Date(), revision: 1 },
  });
  const run = await store.claim(_id, 'last', false);
  if (!run) throw new Error('Nobody else claims it');
  return { run, attempt: { runId: _id, stepId: 'last', attempt: 1 } };
}
const passed = [
  { stepId: 'through', sql: 'SELECT 1' },
  { stepId: 'further', sql: 'SELECT 2' },
];

test('the last step ends with its run and with what it read through, in one write', async () => {
  const { run, attempt } = await claimed();
  const after = await store.endWithRun(run, attempt, DONE, passed);
  expect(after).toMatchObject({ state: 'done', revision: run.revision + 1 });
  expect(after?.finishedAt).toBeInstanceOf(Date);
  expect(after?.steps).toMatchObject([{ state: 'done', sql: 'SELECT 1' }, { state: 'done', sql: 'SELECT 2' }, DONE]);
});

test('it does not when the run was paused meanwhile', async () => {
  const { run, attempt } = await claimed();
  await runs.updateOne({ _id: run._id }, { $set: { state: 'paused' }, $inc: { revision: 1 } });
  expect(await store.endWithRun(run, attempt, DONE, passed)).toBeNull();
  expect(await store.find(run._id)).toMatchObject({ state: 'paused', steps: [{}, {}, { state: 'running' }] });
});

test('nor when the step was given to another attempt', async () => {
  const { run, attempt } = await claimed();
  await store.setStep(run._id, { id: 'last', attempt: 1 }, { attempt: 2 });
  expect(await store.endWithRun({ ...run, revision: run.revision + 1 }, attempt, DONE, passed)).toBeNull();
  expect(await store.find(run._id)).toMatchObject({ state: 'running' });
});

describe('the step that follows', () => {
  const NEXT = { passed: [passed[0]!], follower: 'further' };

  test('is taken with the end of the one before it, in one write', async () => {
    const { run, attempt } = await claimed();
    const after = await store.endAndClaim(run, attempt, DONE, NEXT);
    expect(after).toMatchObject({ state: 'running', revision: run.revision + 1 });
    expect(after?.steps).toMatchObject([{ state: 'done' }, { state: 'running', attempt: 1, beat: 1 }, DONE]);
    expect(await store.claim(run._id, 'further', false)).toBeNull();
  });

  test('is left to who was first, also in this process, where steps end side by side', async () => {
    const { run, attempt } = await claimed();
    await store.claim(run._id, 'further', false);
    expect(await store.endAndClaim(run, attempt, DONE, NEXT)).toBeNull();
    const after = await store.end(attempt, DONE, NEXT.passed);
    expect(after?.steps).toMatchObject([{ state: 'done' }, { state: 'running', attempt: 1 }, DONE]);
  });

  test('is not taken where the run was paused or the one before it is another attempt’s by now', async () => {
    const paused = await claimed();
    await runs.updateOne({ _id: paused.run._id }, { $set: { state: 'paused' } });
    expect(await store.endAndClaim(paused.run, paused.attempt, DONE, NEXT)).toBeNull();
    const lost = await claimed();
    await store.setStep(lost.run._id, { id: 'last', attempt: 1 }, { attempt: 2 });
    expect(await store.endAndClaim(lost.run, lost.attempt, DONE, NEXT)).toBeNull();
    expect(await store.find(lost.run._id)).toMatchObject({ steps: [{}, { state: 'waiting' }, { state: 'running' }] });
  });
});

test('where a step that was read through is to blame, those before it are done and the one that ran is skipped', async () => {
  const { attempt } = await claimed();
  const error = { code: 'SQL_FAILED', message: 'No number' };
  const before = [{ _id: 'o', runId: attempt.runId, relations: {}, ...passed[0]! }];
  const after = await store.blame(attempt, { stepId: 'further', before }, { error, ms: 7, finishedAt: new Date() });
  expect(after?.steps).toMatchObject([
    { id: 'through', state: 'done', sql: 'SELECT 1', error: null },
    { id: 'further', state: 'failed', error },
    { id: 'last', state: 'skipped', ms: 7 },
  ]);
});
