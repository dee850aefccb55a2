import { getQueueToken } from '@nestjs/bullmq';
import type { Run, Step } from '@pelton/contract';
import type { Queue } from 'bullmq';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { journey, pass, people, state } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { RunsService } from './runs.service.js';
import type { StepJob } from './step-queue.service.js';

let server: TestApp;
let queue: Queue<StepJob>;
beforeAll(async () => {
  server = await startTestApp();
  queue = server.app.get<Queue<StepJob>>(getQueueToken('steps'));
  await queue.pause(); // no worker gets a job
}, 120_000);
afterAll(() => server?.stop());

/** A step that runs by itself. */
const alone = (id: string, after: string): Step => ({ ...pass(id, after), timeout: 60 });

async function launch(...steps: Step[]): Promise<() => Promise<Run>> {
  const pipeline = await server.publish(journey(people('ann', 'bob'), ...steps));
  const runs = server.app.get(RunsService);
  const { id } = await runs.launch(server.actor, { pipeline, cause: { kind: 'manual' } });
  return () => runs.find(server.actor.projectId, id);
}

test('where nothing is at work, the process that launches a run begins it, and goes on with what follows', async () => {
  const run = await launch(alone('first', 'people'), alone('second', 'first'));
  await expect.poll(async () => (await run()).state, { timeout: 20_000 }).toBe('done');
  expect(state(await run(), 'second')).toMatchObject({ attempt: 1, rowsIn: 2, rows: { rows: 2 } });
});

test('a step beside the one that it goes on with gets a job', async () => {
  const run = await launch(alone('left', 'people'), alone('right', 'people'));
  await expect.poll(async () => (await run()).state, { timeout: 20_000 }).toBe('done');
  const jobs = await queue.getWaiting();
  expect(jobs.map(({ data }) => data.stepId)).toEqual(['right']);
});
