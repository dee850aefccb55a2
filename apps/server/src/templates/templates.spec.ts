import { isRunOver, type Run } from '@pelton/contract';
import { Tinypool } from 'tinypool';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import render, { type RenderTask } from '../messages/render.worker.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { RunsService } from '../runs/runs.service.js';
import { TEMPLATES } from './pipelines/index.js';
import { TemplatesService } from './templates.service.js';
import { fillShop } from './testing/shop.js';

/** A Wednesday. */
const AS_OF = '2026-11-18T00:00:00.000Z';

let server: TestApp;
let templates: TemplatesService;
let pipelines: PipelinesService;
beforeAll(async () => {
  // A thread cannot load the worker's source, so what it does is done here.
  vi.spyOn(Tinypool.prototype, 'run').mockImplementation((task: RenderTask) => Promise.resolve(render(task)));
  server = await startTestApp();
  templates = server.app.get(TemplatesService);
  pipelines = server.app.get(PipelinesService);
  await fillShop(server);
}, 120_000);
afterAll(() => server.stop());

const use = (id: string, answers: Record<string, string | number> = {}) =>
  templates.use(server.actor, id, { title: `Made of ${id}`, answers });

async function problemsOf(pipeline: string): Promise<string[]> {
  const { draft } = await pipelines.find(server.actor.projectId, pipeline);
  const { steps, trigger } = await pipelines.check(server.actor.projectId, draft, pipeline);
  return [
    ...trigger.map(({ message }) => `trigger: ${message}`),
    ...steps.flatMap(({ id, problems }) => problems.map(({ message }) => `${id}: ${message}`)),
  ];
}

async function runDraft(pipeline: string): Promise<Run> {
  const runs = server.app.get(RunsService);
  const { id } = await runs.launch(server.actor, { pipeline, cause: { kind: 'manual' }, draft: true, asOf: AS_OF });
  return vi.waitFor(
    async () => {
      const run = await runs.find(server.actor.projectId, id);
      if (!isRunOver(run)) throw new Error(`${pipeline} still runs`);
      return run;
    },
    { timeout: 30_000, interval: 20 },
  );
}

/** The rows that a step of a draft gave. */
async function rowsOf(id: string, step: string): Promise<unknown[][]> {
  const { pipeline } = await use(id);
  const run = await runDraft(pipeline);
  expect(run.steps.map((each) => [each.id, each.state, each.error?.message])).toEqual(
    run.steps.map((each) => [each.id, 'done', undefined]),
  );
  return (await server.samples(run.id, step))[0]?.rows ?? [];
}

describe('templates', () => {
  test('each layer of the loop has some', () => {
    const count = (layer: string) => TEMPLATES.filter((template) => template.layer === layer).length;
    expect(['collect', 'understand', 'operate', 'reach'].map(count)).toEqual([2, 3, 4, 3]);
    expect(new Set(TEMPLATES.map(({ id }) => id)).size).toBe(TEMPLATES.length);
  });

  test.each(TEMPLATES.map(({ id }) => id))('%s: the suggested answers make a graph without problems', async (id) => {
    const { pipeline } = await use(id);
    expect(await problemsOf(pipeline)).toEqual([]);
  });

  test('suggest what the project has', async () => {
    const list = await templates.list(server.actor.projectId);
    const answersOf = (id: string) => list.find((each) => each.id === id)?.answers;
    expect(answersOf('cart-abandonment')).toEqual({
      added: 'Product Added',
      purchase: 'Order Completed',
      hours: 4,
      pause: 7,
      message: '',
      connection: 'mail',
    });
    expect(answersOf('external-enrichment')).toMatchObject({ event: 'Order Completed', itemType: 'weather_day' });
  });

  test('use what means the same, and make nothing twice', async () => {
    const { definitions } = await use('win-back', { message: 'win-back-mail' });
    expect(definitions.map(({ noun, name, isNew }) => [noun, name, isNew])).toEqual([
      ['metric', 'ordered', false],
      ['tag', 'lapsed-90-days', false],
      ['experiment', 'win-back-offer', false],
    ]);
  });

  test('give a definition that means something else a name of its own', async () => {
    const { pipeline, definitions } = await use('cohort-report', { back: 'Order Completed' });
    expect(definitions).toEqual([{ noun: 'metric', name: 'retention-2', title: 'Retention', isNew: true }]);
    const { draft } = await pipelines.find(server.actor.projectId, pipeline);
    expect(draft.steps[0]?.with).toEqual({ metric: 'retention-2', grain: 'week' });
  });

  test('refuse an answer that is none, by its question', async () => {
    await expect(use('win-back', { days: 0 })).rejects.toThrow(/^Lapsed after: /);
    await expect(use('win-over')).rejects.toThrow('win-over');
  });

  test('leave the message to be chosen where nothing can carry one', async () => {
    const { id: projectId } = await server.app.get(ProjectsService).create({ title: 'Empty', timezone: 'UTC' });
    const input = { title: 'Onboarding', answers: {} };
    const { pipeline, definitions } = await templates.use({ ...server.actor, projectId }, 'onboarding', input);
    expect(definitions.map(({ noun }) => noun)).toEqual(['tag']);
    const { draft } = await pipelines.find(projectId, pipeline);
    const { steps } = await pipelines.check(projectId, draft);
    expect(steps.flatMap(({ id, problems }) => problems.map(({ code }) => [id, code]))).toEqual([
      ['welcome', 'PARAM_INVALID'],
      ['help', 'PARAM_INVALID'],
    ]);
  });
});

describe('what the SQL of templates finds', () => {
  test('the last week that is over, for the weekly mail', async () => {
    expect(await rowsOf('weekly-kpi-mail', 'figures')).toEqual([
      ['reader team@example.org', 'team@example.org', 'colleague', '30', '1'],
    ]);
  });

  test('what the visitors of a campaign ordered after their first visit, and what they cost', async () => {
    expect(await rowsOf('traffic-campaign-roi', 'best')).toEqual([['spring', 2, 3, 30, 0.6, 4900]]);
  });

  test('events of a day that nobody sent or that came late', async () => {
    expect(await rowsOf('data-quality-watch', 'wrong')).toEqual([['2026-11-17', 'Import Done', 2, 1, 1, 0, 100]]);
  });

  test('days with their weather', async () => {
    expect(await rowsOf('external-enrichment', 'context')).toEqual([
      ['2026-11-04', 1, 1, null],
      ['2026-11-12', 1, 1, 'true'],
    ]);
  });
});
