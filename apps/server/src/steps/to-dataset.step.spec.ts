import type { Relation } from '@pelton/contract';
import type { TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DatasetSchema } from '../datasets/dataset.schema.js';
import { DatasetsService } from '../datasets/datasets.service.js';
import type { UsageService } from '../definitions/usage.service.js';
import { openTestDocuments, type TestDocuments } from '../infra/testing/test-documents.js';
import type { WarehouseService } from '../infra/warehouse.service.js';
import { openTestProject, type TestProject } from './testing/test-project.js';
import { toDatasetStep } from './to-dataset.step.js';

let documents: TestDocuments;
let tests: TestProject;
let datasets: DatasetsService;
beforeAll(async () => {
  [documents, tests] = await Promise.all([openTestDocuments(), openTestProject()]);
  const warehouse = { project: () => Promise.resolve(tests.project) } as unknown as WarehouseService; // all that is used of it
  datasets = new DatasetsService(await documents.model('Dataset', DatasetSchema), warehouse, {} as UsageService); // none is removed
});
afterAll(() => Promise.all([documents.close(), tests.close()]));

let attempts = 0;
/** One attempt of a run at the step. */
async function write(dataset: string, runId: string, params: object, rows: Relation): Promise<unknown> {
  attempts += 1;
  const stage = (name: string) => `stage_${runId}_step_${attempts}_${name}`;
  const kind = toDatasetStep(datasets);
  return (await tests.run(kind, { dataset, ...params }, { runId, stage, inputs: { rows } })).rows['rows'];
}

async function held(dataset: string): Promise<TableRow[]> {
  const rows = await tests.rows(await datasets.relation('p', dataset));
  return rows.toSorted((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}

const orders = (name: string, rows: TableRow[]) =>
  tests.relation(name, { id: 'Int32', amount: 'Nullable(Float64)' }, rows);

test('merged rows take the place of those with their key, and all others stay', async () => {
  const merge = { mode: 'merge', key: ['id'] };
  const first = await orders('first', [
    { id: 1, amount: 10 },
    { id: 2, amount: 5 },
  ]);
  const second = await orders('second', [
    { id: 2, amount: 6 },
    { id: 3, amount: null },
  ]);
  expect([await write('merged', 'a', merge, first), await write('merged', 'b', merge, second)]).toEqual([2, 2]);
  const both = [
    { id: 1, amount: 10 },
    { id: 2, amount: 6 },
    { id: 3, amount: null },
  ];
  expect(await held('merged')).toEqual(both);
  await write('merged', 'b', merge, second);
  expect(await held('merged')).toEqual(both);
  expect(await datasets.find('p', 'merged')).toMatchObject({ rows: 3, primaryKey: ['id'] });
});

test('appended rows are added by each run, and once by a run that is tried again', async () => {
  const append = { mode: 'append' };
  const rows = await orders('more', [{ id: 1, amount: 10 }]);
  await write('appended', 'a', append, rows);
  await write('appended', 'a', append, rows);
  await write('appended', 'b', append, rows);
  expect(await held('appended')).toEqual([
    { id: 1, amount: 10 },
    { id: 1, amount: 10 },
  ]);
});

test('a column that is new is empty in the rows that were there', async () => {
  const wide = await tests.relation('wide', { id: 'Int32', shop: 'Nullable(String)' }, [{ id: 4, shop: 'Lyon' }]);
  await write('appended', 'c', { mode: 'append' }, wide);
  expect(await held('appended')).toEqual([
    { id: 1, amount: 10, shop: null },
    { id: 1, amount: 10, shop: null },
    { id: 4, amount: null, shop: 'Lyon' },
  ]);
});

test('a replaced dataset has the new rows and columns, and none of the old ones', async () => {
  await write('replaced', 'a', {}, await orders('old', [{ id: 1, amount: 10 }]));
  await write('replaced', 'b', {}, await tests.relation('fresh', { shop: 'String' }, [{ shop: 'Lyon' }]));
  expect(await held('replaced')).toEqual([{ shop: 'Lyon' }]);
  expect((await datasets.find('p', 'replaced')).columns.map(({ name }) => name)).toEqual(['shop']);
});

test('a column of another type than the dataset’s is refused, and the dataset stays as it was', async () => {
  const texts = await tests.relation('texts', { id: 'String', amount: 'Nullable(Float64)' }, [{ id: '1', amount: 1 }]);
  await expect(write('merged', 'c', { mode: 'merge', key: ['id'] }, texts)).rejects.toThrow(
    'id is Int32 in merged, and String here. Convert it before',
  );
  expect(await held('merged')).toHaveLength(3);
});
