import type { Graph } from '@pelton/contract';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { people, step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { GraphCheckService } from './graph-check.service.js';
import { PipelinesService } from './pipelines.service.js';
import { VersionsService } from './versions.service.js';

const AS_OF = '2030-01-07T10:00:00.000Z';

let server: TestApp;
let pipelines: PipelinesService;
let versions: VersionsService;
beforeAll(async () => {
  server = await startTestApp();
  pipelines = server.app.get(PipelinesService);
  versions = server.app.get(VersionsService);
}, 120_000);
afterAll(() => server.stop());

const graphOf = (...ids: string[]): Graph => ({ steps: [people(...ids)], layout: {} });
const create = (name: string, graph: Graph) =>
  pipelines.create(server.actor, { name, title: name, description: '', graph });
const find = (name: string, version: number) => versions.find(server.actor.projectId, name, version);

async function change(name: string, graph: Graph) {
  const { revision } = await pipelines.find(server.actor.projectId, name);
  return pipelines.changeDraft(server.actor, name, { revision, graph });
}

test('each version keeps its graph, its note, who published it and when, and a run names the one that it is of', async () => {
  const [first, second] = [graphOf('ann'), graphOf('ann', 'bob')];
  await create('kept', first);
  const before = Date.now();
  await pipelines.publish(server.actor, 'kept', { note: 'Only Ann' });
  const one = await server.run('kept', AS_OF);
  await change('kept', second);
  await pipelines.publish({ ...server.actor, name: 'Grace' }, 'kept', { note: 'Bob too' });
  const two = await server.run('kept', AS_OF);

  const listed = await versions.list(server.actor.projectId, 'kept');
  expect(listed.map(({ version, note, publishedBy, steps }) => [version, note, publishedBy, steps])).toEqual([
    [2, 'Bob too', 'Grace', 1],
    [1, 'Only Ann', 'Ada', 1],
  ]);
  const [, earlier] = listed.map(({ publishedAt }) => Date.parse(publishedAt));
  expect(earlier).toBeGreaterThanOrEqual(before);
  expect([(await find('kept', 1)).graph, (await find('kept', 2)).graph]).toEqual([first, second]);
  expect([one, two].map(({ version, steps }) => [version, steps[0]?.rows])).toEqual([
    [1, { rows: 1 }],
    [2, { rows: 2 }],
  ]);
});

test('a version that is restored into the draft is published as another one, with the same graph', async () => {
  const { graph } = await find('kept', 1);
  expect((await change('kept', graph)).changes).toBe(1);
  await pipelines.publish(server.actor, 'kept', { note: 'Back' });
  expect((await find('kept', 3)).graph).toEqual(graph);
  await expect(pipelines.publish(server.actor, 'kept')).rejects.toMatchObject({ code: 'NOTHING_CHANGED' });
  const yaml = (version: number) => versions.yaml(server.actor.projectId, 'kept', version, 'http://localhost');
  expect(await yaml(3)).toBe(await yaml(1));
  expect(await yaml(2)).toContain("['ann', 'bob']");
});

test('of two who publish at once one does, and the version is what is live', async () => {
  await create('raced', graphOf('slow'));
  const checker = server.app.get(GraphCheckService);
  const check = checker.check.bind(checker);
  const fast = graphOf('fast');
  vi.spyOn(checker, 'check').mockImplementationOnce(async (...args) => {
    const checked = await check(...args);
    await change('raced', fast);
    await pipelines.publish(server.actor, 'raced', { note: 'Fast' });
    return checked;
  });
  await expect(pipelines.publish(server.actor, 'raced', { note: 'Slow' })).rejects.toMatchObject({
    code: 'STALE_REVISION',
  });
  expect(await find('raced', 1)).toMatchObject({ graph: fast, note: 'Fast' });
  expect((await pipelines.find(server.actor.projectId, 'raced')).live).toMatchObject({ version: 1, graph: fast });
});

test('a version that was written down when its publishing broke off is no version, and the next one takes its number', async () => {
  await create('broken-off', graphOf('first'));
  const checker = server.app.get(GraphCheckService);
  const check = checker.check.bind(checker);
  const later: Graph = {
    ...graphOf('later'),
    steps: [...graphOf('later').steps, step('more', 'core/sql', { query: 'SELECT 1 AS n' })],
  };
  vi.spyOn(checker, 'check').mockImplementationOnce(async (...args) => {
    const checked = await check(...args);
    await change('broken-off', later);
    return checked;
  });
  await expect(pipelines.publish(server.actor, 'broken-off')).rejects.toMatchObject({ code: 'STALE_REVISION' });
  expect(await versions.list(server.actor.projectId, 'broken-off')).toEqual([]);
  await pipelines.publish(server.actor, 'broken-off');
  expect((await find('broken-off', 1)).graph).toEqual(later);
});
