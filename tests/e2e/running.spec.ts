import type { EventName, Run, Sample } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type RefusedError, type StepInput } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connectUploads, uploadRows } from '../support/sending.js';

let pelton: Pelton;
let api: Api;
beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
  await connectUploads(api);
  const orders = ['1,ann,2026-01-01T00:00:00Z,20', '2,bob,2026-01-02T00:00:00Z,5', '3,ann,2026-01-03T00:00:00Z,7'];
  await uploadRows(api, 'orders.csv', ['id,who,at,amount', ...orders]);
}, 60_000);
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
});

const ROWS: StepInput = { id: 'rows', uses: 'file/read', with: { connection: 'uploads', stream: 'orders.csv' } };
const perPerson = (name: string): StepInput => ({
  id: 'people',
  uses: 'core/aggregate',
  inputs: { rows: 'rows' },
  with: { groupBy: ['who'], measures: [{ name, measure: 'count' }] },
});
const sorted = (by: string): StepInput => ({
  id: 'sorted',
  uses: 'core/sort',
  inputs: { rows: 'people' },
  with: { by: [{ column: by }] },
});
const STORED: StepInput = {
  id: 'stored',
  uses: 'core/to-events',
  inputs: { rows: 'rows' },
  with: { event: 'Ordered', userId: 'who', timestamp: 'at', properties: [] },
};

const start = async (pipeline: string, input: object): Promise<Run> => {
  const { id } = await api.post<Run>(`/api/pipelines/${pipeline}/runs`, input);
  return api.finished(id);
};
const states = (run: Run) =>
  Object.fromEntries(run.steps.map((step) => [step.id, step.seeded ? 'seeded' : step.state]));
const refusal = (run: Promise<unknown>) => run.then(() => undefined).catch((error: RefusedError) => error.answer);

describe('a part of a pipeline', () => {
  test('cannot run before anything ran: it says which step has to', async () => {
    await api.draft('parts', [ROWS, perPerson('orders'), sorted('orders')]);
    expect(await refusal(start('parts', { draft: true, part: { step: 'sorted' } }))).toMatchObject({
      code: 'RUN_PART_ALONE',
      message:
        'Aggregate has to run first: no recent run kept the rows that it gives as the pipeline stands now. Run the whole pipeline once.',
    });
  });

  test('runs one step over what the latest run gave before it, as of the same instant', async () => {
    const whole = await start('parts', { draft: true });
    const run = await start('parts', { draft: true, part: { step: 'people' } });
    expect([states(run), run.asOf]).toEqual([{ rows: 'seeded', people: 'done' }, whole.asOf]);
    const [sample] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/people/samples`);
    expect(sample?.rows.toSorted()).toEqual([
      ['ann', 2],
      ['bob', 1],
    ]);
    const [before] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/rows/samples`);
    expect(before?.total).toBe(3);
  });

  test('runs from a step to the end', async () => {
    const run = await start('parts', { draft: true, part: { step: 'people', andAfter: true } });
    expect(states(run)).toEqual({ rows: 'seeded', people: 'done', sorted: 'done' });
    const [sample] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/sorted/samples`);
    expect(sample?.rows).toEqual([
      ['bob', 1],
      ['ann', 2],
    ]);
  });

  test('does not stand on rows of a step that has changed since', async () => {
    await api.put('/api/pipelines/parts/draft', {
      revision: 1,
      graph: {
        steps: [ROWS, perPerson('bought'), sorted('bought')].map((step) => ({ inputs: {}, ...step })),
        layout: {},
      },
    });
    expect(await refusal(start('parts', { draft: true, part: { step: 'sorted' } }))).toMatchObject({
      code: 'RUN_PART_ALONE',
    });
  });
});

describe('a dry run of the live version', () => {
  test('shows what it would store and stores nothing', async () => {
    await api.publish('store', [ROWS, STORED]);
    const run = await start('store', { dry: true });
    expect(run).toMatchObject({ state: 'done', dry: true, draft: false, version: 1, cause: { kind: 'manual' } });
    expect(run.steps.map((step) => step.rows)).toEqual([{ rows: 3 }, { events: 3 }]);
    expect(await api.get<EventName[]>('/api/events/names')).toEqual([]);
  });

  test('leaves no rows for a run that stores', async () => {
    expect(await refusal(start('store', { part: { step: 'stored' } }))).toMatchObject({ code: 'RUN_PART_ALONE' });
    expect((await start('store', {})).state).toBe('done');
    expect(states(await start('store', { part: { step: 'stored' } }))).toEqual({ rows: 'seeded', stored: 'done' });
    expect(await api.get<EventName[]>('/api/events/names')).toMatchObject([{ event: 'Ordered', users: 2 }]);
  });
});
