import type { ServerResponse } from 'node:http';
import type { EventName, Run, Sample } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type RefusedError, type StepInput } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connectUploads, uploadRows } from '../support/sending.js';
import { json, type SourceHttp, startHttp } from '../support/source-http.js';
import { connect } from '../support/syncing.js';
import { waitFor } from '../support/wait-for.js';

let pelton: Pelton;
let api: Api;
/** An API that answers when a test says so. */
let slow: SourceHttp;
let isSlow = true;
const waiting: ServerResponse[] = [];
const RECORDS = [{ id: 1 }, { id: 2 }];
beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
  await connectUploads(api);
  const orders = ['1,ann,2026-01-01T00:00:00Z,20', '2,bob,2026-01-02T00:00:00Z,5', '3,ann,2026-01-03T00:00:00Z,7'];
  await uploadRows(api, 'orders.csv', ['id,who,at,amount', ...orders]);
  slow = await startHttp((_request, response) => (isSlow ? waiting.push(response) : json(response, RECORDS)));
  await connect(api, { name: 'slow', uses: 'http', config: { url: slow.url, allowPrivate: true } });
}, 60_000);
afterAll(async () => {
  await pelton.stop();
  await slow.stop();
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

  test('shows the messages that it would send, who would be held back and why, and sends none', async () => {
    await api.post('/api/connections', {
      ...{ name: 'post', title: 'Post', kind: 'channel', uses: 'email' },
      config: { host: 'smtp.invalid', from: 'shop@example.org' },
    });
    const content = { subject: 'For {{ user.name }}', html: '<p>Hello {{ user.name }}</p>' };
    await api.post('/api/messages', { name: 'hello', title: 'Hello', connection: 'post', content });
    const people = "('ann', 'Ann', 'ann@x.org'), ('bob', 'Bob', 'bob@x.org'), ('cleo', 'Cleo', '')";
    const query = `SELECT * FROM values('user_id String, name String, email String', ${people})`;
    await api.publish('greet', [
      { id: 'people', uses: 'core/sql', with: { query } },
      { id: 'known', uses: 'core/to-users', with: { userId: 'user_id' }, inputs: { rows: 'people' } },
      { id: 'mail', uses: 'core/message', with: { message: 'hello' }, inputs: { users: 'known' } },
    ]);
    const run = await start('greet', { dry: true });
    expect(run.steps.find(({ id }) => id === 'mail')?.foot).toBe('2 ready, 1 held back');
    const samples = async (step: string) => (await api.get<Sample[]>(`/api/runs/${run.id}/steps/${step}/samples`))[0];
    expect((await samples('known'))?.rows).toHaveLength(3);
    const sample = await samples('mail');
    expect(sample?.rows).toEqual([
      ['ann', '', 'ready', ''],
      ['bob', '', 'ready', ''],
      ['cleo', '', 'suppressed', 'no email'],
    ]);
    expect(sample?.messages).toEqual(
      ['Ann', 'Bob'].map((name) => ({
        userId: name.toLowerCase(),
        to: `${name.toLowerCase()}@x.org`,
        parts: [
          { title: 'Subject', text: `For ${name}`, isHtml: false },
          { title: 'Message', text: `<p>Hello ${name}</p>`, isHtml: true },
        ],
      })),
    );
    expect(await api.get('/api/messages/hello/counts')).toMatchObject({ accepted: 0, sent: 0, suppressed: 0 });
  });

  test('leaves no rows for a run that stores', async () => {
    expect(await refusal(start('store', { part: { step: 'stored' } }))).toMatchObject({ code: 'RUN_PART_ALONE' });
    expect((await start('store', {})).state).toBe('done');
    expect(states(await start('store', { part: { step: 'stored' } }))).toEqual({ rows: 'seeded', stored: 'done' });
    expect(await api.get<EventName[]>('/api/events/names')).toMatchObject([{ event: 'Ordered', users: 2 }]);
  });
});

/** Fails while there is no event of this name. */
const demanding = (event: string): StepInput => ({
  id: 'demanding',
  uses: 'core/sql',
  inputs: { rows: 'rows' },
  with: {
    query: `SELECT intDiv(60, demand.events) AS share FROM input, (SELECT count() AS events FROM events WHERE event = '${event}') AS demand`,
  },
});
const counted = (from: string): StepInput => ({
  id: `counted_${from.split('.').at(-1)}`,
  uses: 'core/aggregate',
  inputs: { rows: from },
  with: { groupBy: [], measures: [{ name: 'rows', measure: 'count' }] },
});
const SLOW: StepInput = {
  id: 'slow',
  uses: 'http/read',
  with: { connection: 'slow', stream: 'orders' },
};

describe('a step that fails', () => {
  test('stops what comes after it, unless it says otherwise', async () => {
    await api.draft('stops', [ROWS, demanding('Never'), counted('demanding')]);
    const run = await start('stops', { draft: true });
    expect([run.state, states(run)]).toEqual([
      'failed',
      { rows: 'done', demanding: 'failed', counted_demanding: 'skipped' },
    ]);
  });

  test('is tried again after its pause, as often as it says', async () => {
    const retry = { times: 2, waitSeconds: 0.2, backoff: 1, jitter: false };
    await api.draft('again', [ROWS, { ...demanding('Never'), retry }]);
    const run = await start('again', { draft: true });
    expect(run.state).toBe('failed');
    expect(run.steps[1]).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'SQL_FAILED' } });
  });

  test('goes on when what it lacked has come meanwhile, and says until when it waits', async () => {
    const retry = { times: 5, waitSeconds: 0.5, backoff: 2, jitter: false };
    await api.publish('meanwhile', [ROWS, { ...STORED, with: { ...STORED.with, event: 'Late' } }]);
    await api.draft('patient', [ROWS, { ...demanding('Late'), retry }]);
    const { id } = await api.post<Run>('/api/pipelines/patient/runs', { draft: true });
    const step = await waitFor(
      async () => {
        const [, found] = (await api.get<Run>(`/api/runs/${id}`)).steps;
        return found?.retryAt ? found : undefined;
      },
      { mostMs: 20_000 },
    );
    expect(step).toMatchObject({ state: 'waiting', error: { code: 'SQL_FAILED' } });
    await api.run('meanwhile');
    const run = await api.finished(id);
    expect(run.steps[1]).toMatchObject({ state: 'done', rows: { rows: 3 }, error: null, retryAt: null });
  });

  test('with “skip” counts as done and gives no rows', async () => {
    await api.draft('skips', [ROWS, { ...demanding('Never'), onError: 'skip' }, counted('demanding')]);
    const run = await start('skips', { draft: true });
    expect([run.state, states(run)]).toEqual(['done', { rows: 'done', demanding: 'done', counted_demanding: 'done' }]);
    expect(run.steps[1]).toMatchObject({ rows: { rows: 0 }, error: { code: 'SQL_FAILED' } });
    const [sample] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/counted_demanding/samples`);
    expect(sample?.rows).toEqual([[0]]);
  });

  test('with “branch” gives its error as a row to the steps that are wired to it, and only they run', async () => {
    const branching = [
      { ...demanding('Never'), onError: 'branch' as const },
      counted('demanding'),
      counted('demanding.error'),
    ];
    await api.draft('branches', [ROWS, ...branching]);
    const failed = await start('branches', { draft: true });
    expect([failed.state, states(failed)]).toEqual([
      'done',
      { rows: 'done', demanding: 'failed', counted_demanding: 'skipped', counted_error: 'done' },
    ]);
    const [error] = await api.get<Sample[]>(`/api/runs/${failed.id}/steps/demanding/samples`);
    expect(error).toMatchObject({ port: 'error', rows: [['demanding', 'SQL_FAILED', expect.any(String), 1]] });
    await api.publish('provides', [ROWS, { ...STORED, with: { ...STORED.with, event: 'Demanded' } }]);
    await api.run('provides');
    await api.draft('branches-not', [ROWS, { ...demanding('Demanded'), onError: 'branch' }, ...branching.slice(1)]);
    const went = await start('branches-not', { draft: true });
    expect(states(went)).toMatchObject({ demanding: 'done', counted_demanding: 'done', counted_error: 'skipped' });
  });

  test('is broken off when it takes longer than it may', async () => {
    await api.draft('hangs', [{ ...SLOW, timeout: 1 }]);
    const run = await start('hangs', { draft: true });
    expect(run.steps[0]).toMatchObject({ state: 'failed', error: { code: 'STEP_TOO_SLOW' } });
    expect(run.steps[0]?.error?.message).toContain('not done after 1 s');
  });
});

describe('a paused run', () => {
  test('ends the step that runs, starts no other, and goes on when it is resumed', async () => {
    waiting.length = 0;
    await api.draft('pauses', [SLOW, counted('slow')]);
    const { id } = await api.post<Run>('/api/pipelines/pauses/runs', { draft: true });
    await waitFor(() => Promise.resolve(waiting[0]), { mostMs: 20_000 });
    expect((await api.post<Run>(`/api/runs/${id}/pause`)).state).toBe('paused');
    isSlow = false;
    for (const response of waiting.splice(0)) json(response, RECORDS);
    const paused = await waitFor(async () => {
      const run = await api.get<Run>(`/api/runs/${id}`);
      return run.steps[0]?.state === 'done' ? run : undefined;
    });
    expect([paused.state, states(paused)]).toEqual(['paused', { slow: 'done', counted_slow: 'waiting' }]);
    expect(await refusal(api.post(`/api/runs/${id}/retry`))).toMatchObject({ code: 'RUN_NOT_FAILED' });
    await api.post(`/api/runs/${id}/resume`);
    const run = await api.finished(id);
    expect([run.state, states(run)]).toEqual(['done', { slow: 'done', counted_slow: 'done' }]);
    expect(await refusal(api.post(`/api/runs/${id}/pause`))).toMatchObject({ code: 'RUN_OVER' });
  });
});
