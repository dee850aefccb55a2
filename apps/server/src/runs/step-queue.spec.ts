import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@pelton/embedded';
import { Queue, Worker } from 'bullmq';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { queueConnection } from '../infra/queue-connection.js';
import { type StepJob, StepQueue } from './step-queue.service.js';

const folder = mkdtempSync(join(tmpdir(), 'pelton-queue-'));
let services: Services;
let queue: Queue<StepJob>;
beforeAll(async () => {
  const unused = { mongodbUrl: 'mongodb://unused', clickhouseUrl: 'http://unused' };
  services = await startServices({ dataDir: folder, ...unused });
  queue = new Queue('steps', { connection: queueConnection(services.queueUrl) });
}, 60_000);
afterAll(async () => {
  await queue.close();
  await services.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

beforeEach(() => queue.drain());

test('who looks again and again leaves one job for an attempt at a step, beside that of who knows', async () => {
  const steps = new StepQueue(queue);
  const job = { runId: 'r1', stepId: 's1' };
  await steps.add(job);
  for (const _look of [1, 2, 3]) await steps.addAgain(job, 0);
  await steps.addAgain(job, 1);
  await steps.addAgain({ ...job, stepId: 's2', priority: 5 }, 0);
  const jobs = await queue.getJobs(['wait', 'prioritized']);
  expect(jobs.map(({ data: { stepId } }) => stepId).sort()).toEqual(['s1', 's1', 's1', 's2']);
});

test('steps of a run without a priority go first, then those of high ones, and of equal ones who came first', async () => {
  const steps = new StepQueue(queue);
  for (const [stepId, priority] of [
    ['backfill', 20],
    ['low', 10],
    ['normal', 5],
    ['by hand', undefined],
    ['second normal', 5],
    ['high', 1],
  ] as const)
    await steps.add({ runId: 'r1', stepId, priority });
  await steps.addAgain({ runId: 'r2', stepId: 'second high', priority: 1 }, 0);
  const begun: string[] = [];
  const worker = new Worker<StepJob>(
    'steps',
    async ({ data }) => {
      begun.push(data.stepId);
    },
    { connection: queueConnection(services.queueUrl), concurrency: 1 },
  );
  await vi.waitFor(() => expect(begun).toHaveLength(7), { timeout: 20_000 });
  await worker.close();
  expect(begun).toEqual(['by hand', 'high', 'second high', 'normal', 'second normal', 'low', 'backfill']);
});
