import { randomBytes } from 'node:crypto';
import type { Run, Sample, SyncRun } from '@pelton/contract';
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
  for (const name of ['poison', 'stored', 'plain']) await api.publish(name, stepsOf(name));
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

const launch = (pipeline: string) => api.post<Run>(`/api/pipelines/${pipeline}/runs`);
const stepOf = (run: Run, id: string) => run.steps.find((step) => step.id === id);

test('a sync that was asked for before there was a worker is done by the first one', async () => {
  await addSync(api, { name: 'orders', connection: 'uploads', stream: { stream: 'orders.csv' } });
  const { id } = await api.post<SyncRun>('/api/syncs/orders/runs');
  await startWorker();
  expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', rows: 300, attempt: 1 });
});

test('a step that kills its process is given up at the third death; other runs go on, and so does it by hand', async () => {
  const { id } = await launch('poison');
  const others = await Promise.all(Array.from({ length: 5 }, () => launch('plain')));
  const deadly = failAt('in step poison');
  for (const death of [1, 2, 3]) {
    const worker = await startWorker(deadly);
    await worker.ended;
    expect(stepOf(await api.get<Run>(`/api/runs/${id}`), 'poison')?.attempt).toBe(death);
  }
  const fourth = await startWorker(deadly);
  const given = await api.ended(id);
  expect(given.state).toBe('failed');
  expect(stepOf(given, 'poison')).toMatchObject({ state: 'failed', attempt: 3, error: { code: 'STEP_KILLS' } });
  for (const other of others) expect((await api.ended(other.id)).state).toBe('done');

  await api.post(`/api/runs/${id}/retry`);
  await fourth.ended; // its first death since
  await startWorker();
  const mended = await api.ended(id);
  expect(mended.state).toBe('done');
  expect(stepOf(mended, 'poison')).toMatchObject({ state: 'done', attempt: 5, rows: { events: 300 }, error: null });
});

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
