import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@pelton/embedded';
import { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
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
