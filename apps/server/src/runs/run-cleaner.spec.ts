import { sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import type { WarehouseService } from '../infra/warehouse.service.js';
import { openTestProject, type TestProject } from '../steps/testing/test-project.js';
import { newStepRun } from './launch.js';
import { RunCleaner } from './run-cleaner.service.js';
import { type RunDoc, RunSchema, type StepOutputDoc, StepOutputSchema } from './run.schema.js';

const NOW = new Date('2026-11-22T12:00:00Z');
const NO_DEFINITIONS = { metrics: [], tags: [], experiments: [], messages: [] };

let documents: TestDocuments;
let warehouse: TestProject;
let runs: Model<RunDoc>;
let outputs: Model<StepOutputDoc>;
let cleaner: RunCleaner;
beforeAll(async () => {
  [documents, warehouse] = await Promise.all([openTestDocuments(), openTestProject()]);
  runs = await documents.model('Run', RunSchema);
  outputs = await documents.model('StepOutput', StepOutputSchema);
  const service = { project: () => Promise.resolve(warehouse.project) } as unknown as WarehouseService; // all that is used of it
  cleaner = new RunCleaner({ keptRuns: 4, keptRunTables: 2 }, runs, outputs, service);
});
afterAll(() => Promise.all([documents.close(), warehouse.close()]));

/** A run that ended after one step in its second attempt, of a number of hours ago, with the tables of both attempts. */
async function run(pipeline: string, hoursAgo: number, change: Partial<RunDoc> = {}): Promise<RunDoc> {
  const _id = `${pipeline}${String(hoursAgo).padStart(3, '0')}`.padEnd(20, '0');
  const step = newStepRun({ id: 'sum', uses: 'core/aggregate', inputs: {}, with: {} }, 'Sum');
  const doc: RunDoc = {
    ...{ _id, projectId: 'p', pipeline, pipelineTitle: pipeline, draft: false, state: 'done', revision: 1 },
    ...{ graph: { steps: [], layout: {} }, definitions: NO_DEFINITIONS, timezone: 'UTC', waits: {}, startedBy: 'Ada' },
    ...{ asOf: NOW, cause: { kind: 'manual' }, steps: [{ ...step, state: 'done', attempt: 2 }] },
    startedAt: new Date(NOW.getTime() - hoursAgo * 3_600_000),
    ...change,
  };
  await runs.create(doc);
  for (const attempt of [1, 2]) {
    await outputs.create({ _id: `${_id}/sum/${attempt}`, runId: _id, stepId: 'sum', relations: {}, samples: {} });
    await warehouse.relation(`stage_${_id}_sum_${attempt}_rows`, { n: 'Int64' }, [{ n: attempt }]);
  }
  return doc;
}

/** Hours that runs of a pipeline are old of which there are tables, outputs and documents. */
async function left(pipeline: string) {
  const hours = (ids: string[]) =>
    [...new Set(ids.map((id) => Number(id.slice(pipeline.length, pipeline.length + 3))))].sort((a, b) => a - b);
  const named = await warehouse.project.admin.rows<{ name: string }>(
    sql`SELECT name FROM system.tables WHERE database = ${warehouse.project.database} AND startsWith(name, ${`stage_${pipeline}`})`,
  );
  const kept = await runs.find({ pipeline }).lean();
  const given = await outputs.find({ runId: { $in: kept.map(({ _id }) => _id) } }).lean();
  const tables = named.map(({ name }) => name.slice('stage_'.length));
  return {
    tables: hours(tables),
    outputs: hours(given.map(({ runId }) => runId)),
    runs: hours(kept.map(({ _id }) => _id)),
  };
}

describe('when a run ends', () => {
  test('rows of the two latest are kept, and the four latest are remembered', async () => {
    for (const hoursAgo of [7, 6, 5, 4, 3, 2]) await run('daily', hoursAgo);
    await cleaner.clean(await run('daily', 1), NOW);
    expect(await left('daily')).toEqual({ tables: [1, 2], outputs: [1, 2, 3, 4], runs: [1, 2, 3, 4] });
    expect(await outputs.countDocuments({ runId: { $regex: '^daily' } })).toBe(7); // the latest has that of its last attempt only
  });

  test('what its attempts that died left is dropped', async () => {
    const { _id } = await run('died', 1);
    await cleaner.clean(await run('died', 0), NOW);
    const names = await warehouse.project.admin.rows<{ name: string }>(
      sql`SELECT name FROM system.tables WHERE startsWith(name, ${`stage_${_id}`})`,
    );
    expect(names).toEqual([{ name: `stage_${_id}_sum_2_rows` }]);
  });

  test('a run that others stand on, that goes on or whose end was not told stays', async () => {
    const read = await run('stays', 9);
    for (const hoursAgo of [8, 7]) await run('stays', hoursAgo, hoursAgo === 8 ? { endUntold: true } : {});
    await run('stays', 6, { state: 'paused' });
    for (const hoursAgo of [5, 4, 3, 2]) await run('stays', hoursAgo);
    await cleaner.clean(await run('stays', 1, { readsRuns: [read._id] }), NOW);
    expect(await left('stays')).toMatchObject({ tables: [1, 2, 6, 9], runs: [1, 2, 3, 4, 6, 8, 9] });
  });

  test('users who go on after a wait push out no run that they came from, nor does a back-fill', async () => {
    await run('journey', 30, { cause: { kind: 'backfill' } });
    for (const hoursAgo of [20, 19, 18]) await run('journey', hoursAgo);
    for (const hoursAgo of [9, 8, 7, 6, 5, 4, 3]) await run('journey', hoursAgo, { cause: { kind: 'wait' } });
    await cleaner.clean(await run('journey', 2, { cause: { kind: 'wait' } }), NOW);
    expect(await left('journey')).toMatchObject({ tables: [2, 3, 18, 19, 30], runs: [2, 3, 4, 5, 18, 19, 20, 30] });
  });

  test('runs of the last hour are remembered, however many they are', async () => {
    const startedAt = new Date(NOW.getTime() - 1_800_000);
    for (const number of [1, 2, 3, 4]) await run('often', number, { startedAt });
    await cleaner.clean(await run('often', 5, { startedAt }), NOW);
    expect(await runs.countDocuments({ pipeline: 'often' })).toBe(5);
  });
});
