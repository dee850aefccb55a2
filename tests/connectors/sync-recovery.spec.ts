import type { ServerResponse } from 'node:http';
import type { Project, Sync, SyncRun, SyncRunDetail } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import { sql } from '@pelton/sdk';
import { openWarehouse, type Warehouse, type WarehouseClient } from '@pelton/warehouse';
import mongoose from 'mongoose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { type SourceHttp, startHttp } from '../support/source-http.js';
import { addSync, connect, datasetOf, runSync, syncRunOver } from '../support/syncing.js';
import { waitFor } from '../support/wait-for.js';

const dataDir = newDataDir();
const peltonDir = newDataDir();
let services: Services;
let pelton: Pelton;
let source: SourceHttp;
let api: Api;
let warehouse: Warehouse;
let client: WarehouseClient;
let documents: mongoose.Connection;

/** What the source gives: rows up to `last`, of which it holds those after `heldAfter` back. */
let last = 0;
let heldAfter = Number.POSITIVE_INFINITY;

beforeAll(async () => {
  services = await startServices({ dataDir });
  source = await startHttp((_request, response) => answer(response));
  await startAgain();
  await connect(api, { name: 'numbers', uses: 'http', config: { url: source.url, allowPrivate: true } });
  warehouse = openWarehouse({ url: services.clickhouseUrl });
  const [project] = await api.get<Project[]>('/api/projects');
  client = (await warehouse.project(project?.id ?? '')).admin;
  documents = await mongoose.createConnection(services.mongodbUrl, { dbName: 'pelton' }).asPromise();
});
afterAll(async () => {
  await pelton?.stop();
  await documents?.close();
  await warehouse?.close();
  await source?.stop();
  await services?.stop();
  for (const folder of [dataDir, peltonDir]) removeDataDir(folder);
});
beforeEach(() => {
  last = 10;
  heldAfter = Number.POSITIVE_INFINITY;
});

async function startAgain(): Promise<void> {
  const env = {
    PELTON_MONGODB_URL: services.mongodbUrl,
    PELTON_QUEUE_URL: services.queueUrl,
    PELTON_CLICKHOUSE_URL: services.clickhouseUrl,
    PELTON_CLICKHOUSE_READER_URL: services.clickhouseReaderUrl ?? '',
  };
  pelton = await startPelton({ dataDir: peltonDir, env });
  api = await Api.signIn(pelton.url);
}

/** Answers that stay open until the reader goes. */
const held = new Set<ServerResponse>();

function answer(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  response.write(lines(1, Math.min(last, heldAfter)));
  if (heldAfter >= last) return void response.end();
  held.add(response);
  response.on('close', () => held.delete(response));
}

function lines(from: number, to: number): string {
  return Array.from({ length: to - from + 1 }, (_, index) => `{"n":${from + index},"word":"row"}\n`).join('');
}

async function begun(name: string, rows: number): Promise<string> {
  const { id } = await api.post<SyncRun>(`/api/syncs/${name}/runs`);
  await waitFor(async () => ((await api.get<SyncRunDetail>(`/api/sync-runs/${id}`)).rows >= rows ? true : undefined));
  return id;
}

const count = (dataset: string) =>
  client.row<{ rows: number; different: number }>({
    parts: [`SELECT count() AS rows, uniqExact(n) AS different FROM dataset_${dataset}`],
  });

describe('when the process is killed in the middle', () => {
  test('of a full refresh, readers keep the rows of the last one, and the next start ends it', async () => {
    await addSync(api, { name: 'refreshed', connection: 'numbers', stream: { stream: 'all' } });
    await runSync(api, 'refreshed');
    [last, heldAfter] = [60_000, 45_000];
    const id = await begun('refreshed', 40_000);
    await pelton.kill();
    expect(await count('refreshed')).toEqual({ rows: 10, different: 10 });
    heldAfter = Number.POSITIVE_INFINITY;
    await startAgain();
    expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', attempt: 2, rows: 60_000 });
    expect(await count('refreshed')).toEqual({ rows: 60_000, different: 60_000 });
    const left = await client.rows(sql`SELECT name FROM system.tables WHERE name LIKE 'dataset_refreshed\\_\\_%'`);
    expect(left).toEqual([]);
  });

  test('of an incremental sync without a key, no row is lost and none counts twice', async () => {
    await addSync(api, {
      ...{ name: 'added', connection: 'numbers', stream: { stream: 'all' }, mode: 'incremental', cursor: 'n' },
    });
    await runSync(api, 'added');
    [last, heldAfter] = [60_000, 45_000];
    const id = await begun('added', 40_000);
    expect((await count('added')).rows).toBeGreaterThan(10); // some of it was written, and not confirmed
    await pelton.kill();
    heldAfter = Number.POSITIVE_INFINITY;
    await startAgain();
    expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', attempt: 2 });
    expect(await count('added')).toEqual({ rows: 60_000, different: 60_000 });
    expect((await datasetOf(api, 'added')).rows).toBe(60_000);
    expect(await runSync(api, 'added')).toMatchObject({ state: 'done', rows: 0 });
  });

  test('or stopped, the run goes on at the next start', async () => {
    await addSync(api, { name: 'stopped', connection: 'numbers', stream: { stream: 'all' } });
    heldAfter = 5;
    const id = await begun('stopped', 0);
    await waitFor(async () => (source.seen.length > 0 ? true : undefined));
    expect(await pelton.stop()).toBe(0);
    heldAfter = Number.POSITIVE_INFINITY;
    await startAgain();
    expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', rows: 10 });
  });
});

describe('a sync that is running', () => {
  test.each([
    { name: 'replaced', mode: 'full_refresh' as const },
    { name: 'continued', mode: 'incremental' as const, cursor: 'n' },
  ])('($mode) writes nothing when it is cancelled, and leaves its next run alone', async (input) => {
    await addSync(api, { ...input, connection: 'numbers', stream: { stream: 'all' } });
    await runSync(api, input.name);
    [last, heldAfter] = [60_000, 45_000];
    await api.post(`/api/sync-runs/${await begun(input.name, 40_000)}/cancel`);
    const id = await begun(input.name, 40_000); // by then a worker of the first run would have noticed
    for (const response of held) response.end(lines(45_001, 60_000)); // to both readers
    expect(await syncRunOver(api, id)).toMatchObject({ state: 'done', attempt: 1 });
    expect(await count(input.name)).toEqual({ rows: 60_000, different: 60_000 });
  });

  test('is not started a second time, and can be cancelled', async () => {
    await addSync(api, { name: 'cancelled', connection: 'numbers', stream: { stream: 'all' } });
    await runSync(api, 'cancelled');
    [last, heldAfter] = [60_000, 45_000];
    const id = await begun('cancelled', 1);
    await expect(api.post('/api/syncs/cancelled/runs')).rejects.toThrow('cancelled is running already');
    await api.post(`/api/sync-runs/${id}/cancel`);
    expect(await count('cancelled')).toEqual({ rows: 10, different: 10 });
    [last, heldAfter] = [20, Number.POSITIVE_INFINITY];
    expect(await runSync(api, 'cancelled')).toMatchObject({ state: 'done', rows: 20 });
    const history = await api.get<SyncRun[]>('/api/syncs/cancelled/runs');
    expect(history.map(({ state }) => state)).toEqual(['done', 'cancelled', 'done']);
  });
});

describe('a schedule', () => {
  const YEARLY = { cron: '0 0 1 1 *', timezone: 'UTC' };

  /** Lets the time of the schedule have come so many seconds ago; resolves when the clock has moved on. */
  async function come(name: string, secondsAgo: number): Promise<SyncRun[]> {
    const dueAt = new Date(Date.now() - secondsAgo * 1_000);
    await documents.collection('syncs').updateOne({ name }, { $set: { nextRunAt: dueAt } });
    await waitFor(async () => {
      const { nextRunAt } = await api.get<Sync>(`/api/syncs/${name}`);
      return Date.parse(nextRunAt ?? '') > Date.now() ? true : undefined;
    });
    return api.get<SyncRun[]>(`/api/syncs/${name}/runs`);
  }

  test('starts a run in its time, and one for all that were missed', async () => {
    const schedule = { ...YEARLY, missed: 'run-once' as const };
    await addSync(api, { name: 'yearly', connection: 'numbers', stream: { stream: 'all' }, schedule });
    const [first] = await come('yearly', 1);
    expect(first).toMatchObject({ startedBy: 'schedule' });
    await syncRunOver(api, first?.id ?? '');
    expect(await come('yearly', 7_200)).toHaveLength(2);
  });

  test('passes over what was missed when it says so', async () => {
    const schedule = { ...YEARLY, missed: 'skip' as const };
    await addSync(api, { name: 'skipping', connection: 'numbers', stream: { stream: 'all' }, schedule });
    expect(await come('skipping', 7_200)).toEqual([]);
    expect(await come('skipping', 1)).toHaveLength(1);
  });

  test('shows its next times in its own zone, and says what is wrong with it', async () => {
    const ask = (cron: string) =>
      api.post<{ times: string[] }>('/api/schedules/times', { cron, timezone: 'Asia/Seoul' });
    expect((await ask('0 6 * * *')).times.map((time) => time.slice(11))).toEqual(Array(5).fill('21:00:00.000Z'));
    await expect(ask('often')).rejects.toThrow('“often” is not a schedule');
  });
});
