import { randomBytes } from 'node:crypto';
import type { Run, RunSummary, Sample, SyncRun } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { failAt } from '../support/fail-at.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { isStopped } from '../support/processes.js';
import { connectUploads, uploadRows } from '../support/sending.js';
import { sharedUrls } from '../support/shared-urls.js';
import { addSync, syncRunOver } from '../support/syncing.js';
import { waitFor } from '../support/wait-for.js';

const dataDir = newDataDir();
const secret = randomBytes(32).toString('base64');

/** With the one that kills they make 1,000 steps. */
const STEPS_OF_PLAIN = 9;
const RUNS_BESIDE = 111;
/** At its first deaths a step has neighbours; at the next it is alone in its process, so that it is its own doing. */
const DEATHS_IN_COMPANY = 2;
const NEIGHBOURS = 3;

let services: Services;
let front: Pelton;
let api: Api;
let workers: Pelton[] = [];

function start(env: Record<string, string>): Promise<Pelton> {
  const shared = { ...sharedUrls(services), PELTON_SECRET_KEY: secret, PELTON_LEASE_SECONDS: '2' };
  return startPelton({ dataDir, env: { ...shared, ...env } });
}

async function startWorker(env: Record<string, string> = {}): Promise<Pelton> {
  const worker = await start({ PELTON_ROLE: 'worker', ...env });
  workers.push(worker);
  return worker;
}

beforeAll(async () => {
  services = await startServices({ dataDir });
  front = await start({ PELTON_ROLE: 'api' });
  api = await Api.signIn(front.url);
  await connectUploads(api);
  const lines = Array.from({ length: 300 }, (_, index) => `u${index % 50},2026-0${(index % 3) + 1}-11,${index}`);
  await uploadRows(api, 'orders.csv', ['who,at,amount', ...lines]);
  for (const name of ['poison', 'stored']) await api.publish(name, stepsOf(name));
  await api.publish('plain', plainSteps());
});
afterEach(async () => {
  for (const worker of workers) await worker.kill();
  workers = [];
});
afterAll(async () => {
  await front.stop();
  await services.stop();
  removeDataDir(dataDir);
});

/** A pipeline that stores 300 events; the step that does so has the pipeline's name. */
function stepsOf(name: string): StepInput[] {
  const with_ = { event: `Stored by ${name}`, userId: 'who', timestamp: 'at' };
  const measures = [{ name: 'events', measure: 'count', column: '' }];
  return [
    { id: 'rows', uses: 'file/read', with: { connection: 'uploads', stream: 'orders.csv' } },
    { id: name, uses: 'core/to-events', inputs: { rows: 'rows' }, with: with_ },
    { id: 'counted', uses: 'core/aggregate', inputs: { rows: name }, with: { measures } },
  ];
}

/** Steps of which each runs by itself, because it has a time limit of its own. */
function plainSteps(): StepInput[] {
  const rows = { id: 's0', uses: 'file/read', with: { connection: 'uploads', stream: 'orders.csv' } };
  const filters = Array.from({ length: STEPS_OF_PLAIN - 1 }, (_, index) => {
    const condition = { combinator: 'and', rules: [{ field: 'amount', operator: '>', value: index }] };
    return { id: `s${index + 1}`, uses: 'core/filter', inputs: { rows: `s${index}` }, with: { condition } };
  });
  return [rows, ...filters].map((step) => ({ ...step, timeout: 60 }));
}

const launch = (pipeline: string) => api.post<Run>(`/api/pipelines/${pipeline}/runs`);
const runsOf = (pipeline: string) => api.get<RunSummary[]>(`/api/runs?limit=1000&pipeline=${pipeline}`);
const stepOf = (run: Run, id: string) => run.steps.find((step) => step.id === id);

async function launchAll(pipeline: string, count: number): Promise<string[]> {
  return (await Promise.all(Array.from({ length: count }, () => launch(pipeline)))).map(({ id }) => id);
}

test('a sync that was asked for before there was a worker is done by the first one', async () => {
  await addSync(api, { name: 'orders', connection: 'uploads', stream: { stream: 'orders.csv' } });
  const { id } = await api.post<SyncRun>('/api/syncs/orders/runs');
  await startWorker();
  expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', rows: 300, attempt: 1 });
});

test(
  'among 1,000 steps one that kills its process is given up at the third death; all others are done, and so is it by hand',
  { timeout: 400_000 },
  async () => {
    const deadly = failAt('in step poison');
    const half = Math.floor(RUNS_BESIDE / 2);
    const before = await launchAll('plain', half);
    const { id } = await launch('poison');
    const others = [...before, ...(await launchAll('plain', RUNS_BESIDE - half))];
    for (const death of [1, 2, 3]) {
      const worker = await startWorker(deadly);
      await worker.ended;
      expect(stepOf(await api.get<Run>(`/api/runs/${id}`), 'poison')?.attempt).toBe(death);
    }
    const fourth = await startWorker(deadly);
    const given = await api.ended(id);
    expect(given.state).toBe('failed');
    expect(stepOf(given, 'poison')).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'STEP_KILLS' } });

    const ended: Run[] = [];
    for (const other of others) ended.push(await api.ended(other));
    expect((await runsOf('plain')).map((run) => run.id).sort()).toEqual(others.sort());
    expect((await runsOf('poison')).map((run) => run.id)).toEqual([id]);
    const steps = ended.flatMap((run) => run.steps);
    expect(steps.length + 1).toBe(1_000);
    expect(new Set(steps.map(({ state }) => state))).toEqual(new Set(['done']));
    // What ran beside it when it killed is begun again, and nothing else is.
    const again = steps.map(({ attempt }) => attempt - 1).filter((times) => times > 0);
    expect(again.reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(DEATHS_IN_COMPANY * NEIGHBOURS);

    await api.post(`/api/runs/${id}/retry`);
    await fourth.ended; // its first death since
    await startWorker();
    const mended = await api.ended(id);
    expect(mended.state).toBe('done');
    expect(stepOf(mended, 'poison')).toMatchObject({ state: 'done', attempt: 5, rows: { events: 300 }, error: null });
  },
);

describe('a worker that is asleep for longer than a lease', () => {
  test.each(['in step stored', 'before publish'])('%s: another takes over, and it commits nothing', async (point) => {
    const asleep = failAt(point, { attempt: 1, signal: 'SIGSTOP' });
    await Promise.all([startWorker(asleep), startWorker(asleep)]);
    const { id } = await launch('stored');
    const sleeper = await waitFor(async () => workers.find(({ pid }) => isStopped(pid)), { what: 'a worker asleep' });
    const ended = await api.ended(id);
    expect(ended.state).toBe('done');
    expect(isStopped(sleeper.pid)).toBe(true);
    expect(stepOf(ended, 'stored')).toMatchObject({ state: 'done', attempt: 2, rows: { events: 300 } });

    process.kill(sleeper.pid, 'SIGCONT');
    await waitFor(async () => /step stored, attempt 1 is left/.test(sleeper.output()) || undefined);
    expect(await api.get<Run>(`/api/runs/${id}`)).toEqual(ended);
    expect(await eventsCalled('Stored by stored')).toEqual([[300, 300, 50]]);
  });

  /** Rows, message ids and people, as somebody reads them who writes SQL. */
  async function eventsCalled(event: string): Promise<unknown[][]> {
    const name = `audit-${randomBytes(4).toString('hex')}`;
    const query = `SELECT count(), uniqExact(message_id), uniqExact(user_id) FROM events WHERE event = '${event}'`;
    await api.draft(name, [{ id: 'audit', uses: 'core/sql', with: { query } }]);
    const { id } = await api.run(name, { draft: true });
    const [audit] = await api.get<Sample[]>(`/api/runs/${id}/steps/audit/samples`);
    return audit?.rows ?? [];
  }
});
