import type { Dataset, DatasetPreview, GraphCheck, PipelineSummary, Run, Sample } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connect } from '../support/syncing.js';

let pelton: Pelton;
let api: Api;
beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
  await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
  const orders = ['1,ann,2026-01-01,20', '2,bob,2026-01-02,5', '3,ann,2026-01-03,n/a', '3,ann,2026-01-03,n/a'];
  await api.upload({ name: 'orders.csv', content: `id,who,day,amount\n${orders.join('\n')}\n` });
  await api.upload({ name: 'plans.csv', content: 'person,since,plan\nann,2025-12-01,free\nann,2026-01-02,pro\n' });
}, 60_000);
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
});

const file = (id: string): StepInput => ({
  id,
  uses: 'file/read',
  with: { connection: 'files', stream: `${id}.csv` },
});
const convert = (unreadable: string): StepInput => ({
  id: 'typed',
  uses: 'core/select',
  inputs: { rows: 'orders' },
  with: { columns: [{ column: 'amount', convert: 'number' }], rest: true, unreadable },
});
const STEPS: StepInput[] = [
  file('orders'),
  file('plans'),
  convert('become empty'),
  { id: 'once', uses: 'core/deduplicate', inputs: { rows: 'typed' }, with: { keys: ['id'] } },
  {
    id: 'planned',
    uses: 'core/join',
    inputs: { left: 'once', right: 'plans' },
    with: { keys: [{ left: 'who', right: 'person' }], leftTime: 'day', rightTime: 'since' },
  },
  {
    id: 'ranked',
    uses: 'core/window',
    inputs: { rows: 'planned' },
    with: { groupBy: ['who'], orderBy: [{ column: 'day' }], columns: [{ name: 'nth', what: 'row number' }] },
  },
  { id: 'both', uses: 'core/union', inputs: { first: 'ranked', second: 'once' }, with: { origin: 'from' } },
  {
    id: 'sorted',
    uses: 'core/sort',
    inputs: { rows: 'both' },
    with: { by: [{ column: 'from' }, { column: 'day', direction: 'descending' }], limit: 4 },
  },
  {
    id: 'wide',
    uses: 'core/pivot',
    inputs: { rows: 'both' },
    with: { groupBy: ['from'], names: 'who', values: ['ann', 'bob'], measure: 'sum', column: 'amount' },
  },
  { id: 'long', uses: 'core/unpivot', inputs: { rows: 'wide' }, with: { columns: ['ann', 'bob'] } },
  { id: 'some', uses: 'core/sample', inputs: { rows: 'both' }, with: { percent: 50, key: 'who' } },
];

const countsOf = (run: Run) => Object.fromEntries(run.steps.map(({ id, rows }) => [id, rows?.['rows']]));

test('rows go through every step that shapes them, and the columns are known before', async () => {
  await api.publish('shape', STEPS);
  const { steps } = await api.post<GraphCheck>('/api/pipelines/check', { steps: STEPS, layout: {} });
  const columns = Object.fromEntries(steps.map((step) => [step.id, step.columns['rows']?.map(({ name }) => name)]));
  expect(columns).toMatchObject({
    planned: ['amount', 'id', 'who', 'day', 'since', 'plan'],
    both: ['amount', 'id', 'who', 'day', 'since', 'plan', 'nth', 'from'],
    wide: ['from', 'ann', 'bob'],
    long: ['from', 'name', 'value'],
  });
  const run = await api.run('shape', { draft: true });
  expect(run.steps.filter(({ state }) => state !== 'done')).toEqual([]);
  expect(countsOf(run)).toMatchObject({
    typed: 4,
    once: 3,
    planned: 3,
    ranked: 3,
    both: 6,
    sorted: 4,
    wide: 2,
    long: 4,
  });
  const [sorted] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/sorted/samples`);
  expect(sorted?.rows.map(([, id, , , , plan, nth, from]) => [id, plan, nth, from])).toEqual([
    [3, 'pro', 2, 'first'],
    [2, null, 1, 'first'],
    [1, 'free', 1, 'first'],
    [3, null, null, 'second'],
  ]);
});

test('a sample is the same in each run', async () => {
  const rowsOf = async () => {
    const run = await api.run('shape', { draft: true });
    const [sample] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/some/samples`);
    return sample?.rows.map((row) => JSON.stringify(row)).toSorted();
  };
  expect(await rowsOf()).toEqual(await rowsOf());
});

test('a value that cannot be converted stops the run, and says which column', async () => {
  await api.publish('strict', [file('orders'), convert('stop the run')]);
  const run = await api.run('strict', { draft: true });
  expect(run.steps.at(-1)).toMatchObject({
    state: 'failed',
    error: { message: expect.stringContaining('amount has a value that cannot become a number.') },
  });
});

/** Writes the orders, or those that pass, into a dataset. */
const keep = (dataset: string, how: Record<string, unknown>, least = 0): StepInput[] => [
  file('orders'),
  convert('become empty'),
  {
    id: 'large',
    uses: 'core/filter',
    inputs: { rows: 'typed' },
    with: { condition: { combinator: 'and', rules: [{ field: 'amount', operator: '>=', value: least }] } },
  },
  { id: 'kept', uses: 'core/to-dataset', inputs: { rows: 'large' }, with: { dataset, ...how } },
];
const idsIn = async (dataset: string) => {
  const { columns, rows } = await api.get<DatasetPreview>(`/api/datasets/${dataset}/preview`);
  const at = columns.findIndex(({ name }) => name === 'id');
  return rows.map((row) => Number(row[at])).toSorted((a, b) => a - b);
};

test('rows are kept as a dataset: replaced, added to, or merged by a key', async () => {
  await api.publish('replacing', keep('large-orders', { mode: 'replace' }));
  for (const _time of [1, 2]) expect((await api.run('replacing')).state).toBe('done');
  expect(await idsIn('large-orders')).toEqual([1, 2]);

  await api.publish('adding', keep('large-orders', { mode: 'append' }, 20));
  for (const _time of [1, 2]) expect((await api.run('adding')).state).toBe('done');
  expect(await idsIn('large-orders')).toEqual([1, 1, 1, 2]);
  expect(await api.get<Dataset>('/api/datasets/large-orders')).toMatchObject({
    rows: 4,
    source: { pipeline: 'adding', step: 'kept' },
  });

  await api.publish('merging', keep('by-order', { mode: 'merge', key: ['id'] }));
  for (const _time of [1, 2]) expect((await api.run('merging')).state).toBe('done');
  expect(await idsIn('by-order')).toEqual([1, 2]);
});

test('a draft keeps nothing, and a dataset of another kind is not overwritten', async () => {
  await api.publish('careful', keep('never-there', {}));
  const draft = await api.run('careful', { draft: true });
  expect(draft.steps.at(-1)).toMatchObject({ state: 'done', rows: { rows: 2 } });
  await expect(api.get('/api/datasets/never-there')).rejects.toMatchObject({ status: 404 });

  const problemsOf = async (steps: StepInput[]) =>
    (await api.post<GraphCheck>('/api/pipelines/check', { steps, layout: {} })).steps.at(-1)?.problems;
  expect(await problemsOf(keep('by-order', { mode: 'append' }))).toMatchObject([
    { field: 'mode', message: expect.stringContaining('by-order has the key id. Merge, or replace it') },
  ]);
  expect(await problemsOf(keep('by-order', { mode: 'merge', key: [] }))).toMatchObject([{ field: 'key' }]);
});

test('the list of pipelines says what each is without its graph, and which of them name a thing', async () => {
  const [careful, ...others] = await api.get<PipelineSummary[]>('/api/pipelines');
  expect(careful).toEqual({
    ...{ name: 'careful', title: 'careful', description: '', steps: 4, changes: 0, trigger: null },
    live: { version: 1, publishedAt: expect.any(String) as string, publishedBy: expect.any(String) as string },
    updatedAt: expect.any(String) as string,
  });
  expect(others.map(({ name }) => name).slice(0, 3)).toEqual(['merging', 'adding', 'replacing']);
  const using = async (uses: string) =>
    (await api.get<PipelineSummary[]>(`/api/pipelines?uses=${uses}`)).map(({ name }) => name).sort();
  expect(await using('dataset/large-orders')).toEqual(['adding', 'replacing']);
  expect(await using('dataset/other')).toEqual([]);
  await expect(using('large-orders')).rejects.toMatchObject({ status: 400 });
});

describe('a chain of steps', () => {
  test('is one statement; its steps are counted when somebody asks', async () => {
    await api.publish('chained', keep('chained', {}));
    const { id } = await api.post<Run>('/api/pipelines/chained/runs', {});
    const run = await api.ended(id);
    expect(run.steps).toMatchObject([
      { id: 'orders', state: 'done', rows: {} },
      { id: 'typed', state: 'done', readThrough: true, rows: {}, sql: expect.stringContaining('toFloat64OrNull') },
      { id: 'large', state: 'done', readThrough: true, rows: {} },
      { id: 'kept', state: 'done', rowsIn: null, rows: { rows: 2 } },
    ]);
    const counted = await api.post<Run>(`/api/runs/${id}/counts`);
    expect(counted.steps.map(({ rowsIn, rows }) => [rowsIn, rows['rows']])).toEqual([
      [null, 4],
      [4, 4],
      [4, 2],
      [2, 2],
    ]);
    const [sample] = await api.get<Sample[]>(`/api/runs/${id}/steps/large/samples`);
    expect(sample).toMatchObject({ port: 'rows', total: 2 });
  });

  test('names the step that does not work, not the one that read through it', async () => {
    const known = { combinator: 'and', rules: [{ field: 'id', operator: '>', value: 0 }] };
    const [orders, , ...others] = keep('never-there', {});
    const numbered = { id: 'numbered', uses: 'core/filter', inputs: { rows: 'orders' }, with: { condition: known } };
    const typed = { ...convert('stop the run'), inputs: { rows: 'numbered' } };
    await api.publish('broken', [orders!, numbered, typed, ...others]);
    const run = await api.run('broken');
    expect(run.state).toBe('failed');
    expect(run.steps.map(({ id, state, rows }) => [id, state, rows])).toEqual([
      ['orders', 'done', { rows: 4 }],
      ['numbered', 'done', { rows: 4 }],
      ['typed', 'failed', {}],
      ['large', 'skipped', {}],
      ['kept', 'skipped', {}],
    ]);
    expect(run.steps[2]?.error?.message).toContain('amount has a value that cannot become a number.');

    await api.upload({ name: 'orders.csv', content: 'id,who,day,amount\n1,ann,2026-01-01,20\n2,bob,2026-01-02,5\n' });
    await api.post(`/api/runs/${run.id}/retry`);
    expect((await api.finished(run.id)).steps).toMatchObject([
      { id: 'orders', state: 'done' },
      { id: 'numbered', state: 'done', rows: { rows: 2 } },
      { id: 'typed', state: 'done', rows: { rows: 2 }, error: null },
      { id: 'large', state: 'done' },
      { id: 'kept', state: 'done', attempt: 2 },
    ]);
  });

  test('that one fails which ran, when it is to blame itself; what it read through is done', async () => {
    await api.publish('refusing', keep('keyed-later', { mode: 'append' }));
    await api.publish('keying', keep('keyed-later', { mode: 'merge', key: ['id'] }));
    expect((await api.run('keying')).state).toBe('done');
    const run = await api.run('refusing');
    expect(run.steps.map(({ id, state }) => [id, state])).toEqual([
      ['orders', 'done'],
      ['typed', 'done'],
      ['large', 'done'],
      ['kept', 'failed'],
    ]);
    expect(run.steps.at(-1)?.error?.message).toContain('keyed-later has the key id');
  });
});
