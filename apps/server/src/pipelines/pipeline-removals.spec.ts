import { getModelToken } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { journey, pass, people, wait } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { WaitingService } from '../journeys/waiting.service.js';
import { PinsService } from '../runs/pins.service.js';
import type { PinDoc } from '../runs/pin.schema.js';
import { PipelineRemovals } from './pipeline-removals.service.js';
import type { PipelineVersionDoc } from './pipeline.schema.js';
import { PipelinesService } from './pipelines.service.js';
import type { RemovalDoc } from './removal.schema.js';
import { VersionsService } from './versions.service.js';

const MONDAY = '2030-01-07T10:00:00.000Z';

let server: TestApp;
let pipelines: PipelinesService;
let versions: Model<PipelineVersionDoc>;
let pins: Model<PinDoc>;
let removals: Model<RemovalDoc>;
beforeAll(async () => {
  server = await startTestApp();
  const { app } = server;
  pipelines = app.get(PipelinesService);
  versions = app.get(getModelToken('PipelineVersion'));
  pins = app.get(getModelToken('Pin'));
  removals = app.get(getModelToken('Removal'));
}, 120_000);
afterAll(() => server.stop());

const steps = (after: string) => journey(people('ann'), wait({ amount: 1 }), pass(after, 'wait'));

/** A pipeline of two versions with somebody who waits in it, is held, and a pin. */
async function used(): Promise<string> {
  const pipeline = await server.publish(steps('old'));
  await server.publish(steps('fresh'), pipeline);
  const { id } = await server.run(pipeline, MONDAY);
  await server.app.get(PinsService).set(server.actor, pipeline, 'people', { run: id });
  await server.app.get(WaitingService).hold(server.actor.projectId, pipeline, true);
  return pipeline;
}
async function left(pipeline: string) {
  const { projectId } = server.actor;
  const { users, isHeld } = await server.app.get(WaitingService).find(projectId, pipeline, (step) => step);
  const of = { projectId, pipeline };
  return [await versions.countDocuments(of), await pins.countDocuments(of), users, isHeld];
}

test('a pipeline goes with its versions, its pins and who waits in it; its runs stay', async () => {
  const pipeline = await used();
  expect(await left(pipeline)).toEqual([2, 1, 1, true]);
  await pipelines.remove(server.actor.projectId, pipeline);
  expect([await left(pipeline), await removals.countDocuments()]).toEqual([[0, 0, 0, false], 0]);
  expect(await server.runsOf(pipeline)).toHaveLength(1);
});

test.each(['versions', 'pins', 'waiting'] as const)(
  'a process that dies before it removes %s leaves nothing for good',
  async (of) => {
    const pipeline = await used();
    const killed = new Error('killed');
    const death = {
      versions: () => vi.spyOn(versions, 'deleteMany').mockRejectedValueOnce(killed),
      pins: () => vi.spyOn(pins, 'deleteMany').mockRejectedValueOnce(killed),
      waiting: () => vi.spyOn(server.app.get(WaitingService), 'removeAll').mockRejectedValueOnce(killed),
    }[of]();
    await pipelines.remove(server.actor.projectId, pipeline);
    await expect(pipelines.find(server.actor.projectId, pipeline)).rejects.toThrow('There is no pipeline');
    expect(await removals.countDocuments()).toBe(1);
    death.mockRestore();
    await server.app.get(PipelineRemovals).endBegun({});
    expect([await left(pipeline), await removals.countDocuments()]).toEqual([[0, 0, 0, false], 0]);
  },
);

test('a new pipeline of the name begins with nothing of the old one, and keeps what is its own', async () => {
  const pipeline = await used();
  const death = vi.spyOn(versions, 'deleteMany').mockRejectedValueOnce(new Error('killed'));
  await pipelines.remove(server.actor.projectId, pipeline);
  death.mockRestore();
  const begun = await removals.find().lean();
  await server.publish(steps('new'), pipeline);
  expect(await removals.countDocuments()).toBe(0);
  // A process that was asleep goes on with the removal that it had begun.
  await removals.insertMany(begun);
  await server.app.get(PipelineRemovals).endBegun({});
  const listed = await server.app.get(VersionsService).list(server.actor.projectId, pipeline);
  expect(listed.map(({ version, steps: count }) => [version, count])).toEqual([[1, 3]]);
});
