import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { createPostgresBackend, Queue, QueueEvents, setDefaultBackendFactory, Worker } from 'bullmq';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Services, startServices } from '../start-services.js';
import { waitFor } from '../testing/wait-for.js';

const folder = mkdtempSync('/tmp/pe-');
let services: Services;

beforeAll(async () => {
  setDefaultBackendFactory(createPostgresBackend);
  services = await startServices({ dataDir: folder, mongodbUrl: 'mongodb://unused', clickhouseUrl: 'http://unused' });
});
afterAll(async () => {
  await services.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** What a queue needs to know is the URL. */
const open = () => ({ connection: { connectionString: services.queueUrl, migrate: true } as object });

function openQueue(name: string): Queue {
  const queue = new Queue(name, open());
  queue.on('error', () => {});
  onTestFinished(() => queue.close());
  return queue;
}

function work(name: string): { done: { name: string; data: unknown; at: number }[] } {
  const done: { name: string; data: unknown; at: number }[] = [];
  const process = async (job: { name: string; data: unknown }) => {
    done.push({ name: job.name, data: job.data, at: Date.now() });
    return 'ok';
  };
  const worker = new Worker(name, process, open());
  worker.on('error', () => {});
  onTestFinished(() => worker.close());
  return { done };
}

test('runs jobs in their order', async () => {
  const queue = openQueue('order');
  await queue.addBulk(Array.from({ length: 20 }, (_, index) => ({ name: 'step', data: { index } })));
  const { done } = work('order');
  await waitFor('all are done', () => done.length === 20);
  expect(done.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, (_, index) => ({ index })));
});

test('keeps the result of a job', async () => {
  const queue = openQueue('result');
  const events = new QueueEvents('result', open());
  events.on('error', () => {});
  await events.waitUntilReady();
  onTestFinished(() => events.close());
  work('result');
  const job = await queue.add('one', { a: 1 });
  expect(await job.waitUntilFinished(events, 10_000)).toBe('ok');
});

test('runs a delayed job not before its time', async () => {
  const queue = openQueue('delay');
  const { done } = work('delay');
  const added = Date.now();
  await queue.add('later', {}, { delay: 300 });
  const first = await waitFor('it is done', () => done[0]);
  expect(first.at - added).toBeGreaterThanOrEqual(295);
});

test('repeats a job', async () => {
  const queue = openQueue('repeat');
  const { done } = work('repeat');
  await queue.upsertJobScheduler('often', { every: 100 }, { name: 'tick' });
  await waitFor('it came three times', () => done.length >= 3);
  await queue.removeJobScheduler('often');
  expect(new Set(done.map(({ name }) => name))).toEqual(new Set(['tick']));
});

test('lets nobody in without the password', async () => {
  const url = new URL(services.queueUrl);
  url.password = 'wrong';
  await expect(new Client({ connectionString: url.href }).connect()).rejects.toThrow('password authentication failed');
});

test('listens on no port and keeps its files to itself', async () => {
  const client = new Client({ connectionString: services.queueUrl });
  await client.connect();
  const { rows } = await client.query<{ listen_addresses: string }>('SHOW listen_addresses');
  await client.end();
  expect(rows).toEqual([{ listen_addresses: '' }]);
  expect(statSync(`${folder}/queue/password`).mode & 0o777).toBe(0o600);
  expect(statSync(`${folder}/queue/run`).mode & 0o777).toBe(0o700);
  expect(statSync(`${folder}/queue/data`).mode & 0o777).toBe(0o700);
});
