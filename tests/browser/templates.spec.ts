import type { Pipeline, PipelineSummary, PipelineTemplate, RunSummary } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { seriousViolations } from '../support/page-looks.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const GRACE = { email: 'grace@example.org', name: 'Grace Hopper', password: 'a longer secret of hers' };
const sqlStep = (query: string) => ({ id: 'count', uses: 'core/sql', title: 'Count', with: { query }, inputs: {} });

describe('templates, and two members at one pipeline', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let grace: Api;

  const pipeline = (name: string) => api.get<Pipeline>(`/api/pipelines/${name}`);
  const stepsNow = async () => (await pipeline('shared')).draft.steps;
  const titles = async () => (await stepsNow()).map(({ title }) => title);
  const note = () => page.getByRole('alert').filter({ hasText: `${GRACE.name} changed this draft` });
  /** What was kept beside the pipeline that two changed, the first first. */
  const copies = async () => {
    const all = await api.get<PipelineSummary[]>('/api/pipelines');
    const names = all.map(({ name }) => name).filter((name) => name.startsWith('shared-'));
    return Promise.all(names.toSorted().map(pipeline));
  };
  const card = (step: string) => new BuilderHand(page).card(step);

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('templates')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
    visit.errors.length = 0; // that nobody was signed in at first
  }, 120_000);
  beforeEach(({ onTestFailed }) => onTestFailed(({ task }) => visit.takePicture(`failed ${task.name}`)));
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  test('a project without pipelines shows the gallery, each template with a picture of its graph', async () => {
    await page.goto(`${pelton.url}/pipelines`);
    const gallery = page.getByRole('region', { name: 'Begin with a template' });
    await gallery.locator('[data-template]').first().waitFor();
    const all = await api.get<PipelineTemplate[]>('/api/templates');
    expect(await gallery.locator('[data-template]').count()).toBe(all.length);
    expect(await gallery.getByRole('region').evaluateAll((groups) => groups.map((each) => each.ariaLabel))).toEqual([
      'Collect',
      'Understand',
      'Operate',
      'Reach',
    ]);
    const picture = gallery.locator('[data-template="cart-abandonment"] svg');
    expect(await picture.getAttribute('aria-label')).toBe('Left a cart, Until they order, Remind');
    expect(await picture.locator('.card-shape').count()).toBe(3);
    expect(await picture.locator('.wire').count()).toBe(2);
    expect(await seriousViolations(page)).toEqual([]);
    await visit.takePicture('gallery');
    await page.emulateMedia({ colorScheme: 'dark' });
    await visit.takePicture('gallery dark');
    await page.emulateMedia({ colorScheme: 'light' });
  });

  test('a layer and words narrow it', async () => {
    const shown = () =>
      page.locator('[data-template]').evaluateAll((cards) => cards.map((each) => each.getAttribute('data-template')));
    await page.getByRole('group', { name: 'Layer of the loop' }).getByRole('button', { name: 'Understand' }).click();
    expect(await shown()).toEqual(['cohort-report', 'traffic-campaign-roi', 'weekly-kpi-mail']);
    await page.getByRole('searchbox', { name: 'Search templates' }).fill('cohort');
    await waitFor(async () => ((await shown()).length === 1 ? true : undefined));
    expect(await shown()).toEqual(['cohort-report']);
  });

  test('answers a template’s questions and lands on its graph, which runs', async () => {
    const dialog = page.getByRole('dialog', { name: 'Cohort report' });
    await page.getByRole('button', { name: 'Cohort report' }).focus();
    await page.keyboard.press('Enter');
    await dialog.getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Cohort report' }).click();
    await dialog.getByLabel('Title').fill('Who comes back');
    expect(await dialog.getByText('Metric: Retention').count()).toBe(1);
    await visit.takePicture('questions');
    await dialog.getByRole('button', { name: 'Create pipeline' }).click();
    await card('keep').waitFor();
    expect(new URL(page.url()).pathname).toBe('/pipelines/who-comes-back');
    const { draft } = await pipeline('who-comes-back');
    expect(draft.steps.map(({ id }) => id)).toEqual(['retention', 'known', 'percent', 'keep']);
    expect(draft.trigger).toMatchObject({ kind: 'schedule', cron: '0 9 * * 1' });
    await page.getByRole('button', { name: 'Run draft' }).click();
    const run = await waitFor(async () => (await api.get<RunSummary[]>('/api/runs?limit=1'))[0]);
    expect((await api.finished(run.id)).state).toBe('done');
    await visit.takePicture('builder');
  });

  test('the same by keys, from the gallery that a project with pipelines shows', async () => {
    await page.goto(`${pelton.url}/pipelines?new`);
    await press(page.getByRole('button', { name: 'Cohort report' }));
    const dialog = page.getByRole('dialog', { name: 'Cohort report' });
    await dialog.getByLabel('Title').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('By keys');
    await press(dialog.getByRole('button', { name: 'Create pipeline' }));
    await card('keep').waitFor();
    expect((await pipeline('by-keys')).draft.steps.map(({ id }) => id)).toEqual([
      'retention',
      'known',
      'percent',
      'keep',
    ]);
  });

  test('two members see each other, and an edit of each is kept', async () => {
    grace = await invite();
    await api.draft('shared', [sqlStep('SELECT 1 AS one')]);
    await page.goto(`${pelton.url}/pipelines/shared`);
    await card('count').waitFor();
    await grace.post('/api/pipelines/shared/presence', { page: 'graces-page' });
    await page.reload();
    await page.getByText(`Also here: ${GRACE.name}`).waitFor();

    const theirs = await overtaken('Count twice');
    await visit.takePicture('stale');
    expect(await seriousViolations(page)).toEqual([]);
    await note().getByRole('button', { name: 'Keep both' }).click();
    await note().waitFor({ state: 'hidden' });
    const [copy] = await copies();
    expect(copy?.draft.steps.map(({ uses }) => uses)).toEqual(['core/sql', 'core/dataset']);
    expect(copy?.draft.steps[0]?.with).toEqual({ query: 'SELECT 1 AS one' });
    expect(await stepsNow()).toEqual(theirs);
    await page.getByText('Count twice').first().waitFor();
  });

  test('both are kept by keys as well', async () => {
    const theirs = await overtaken('Count thrice');
    await press(note().getByRole('button', { name: 'Keep both' }));
    await note().waitFor({ state: 'hidden' });
    expect((await copies()).map(({ draft }) => draft.steps.map(({ title }) => title))).toEqual([
      ['Count', undefined],
      ['Count twice', undefined],
    ]);
    expect(await stepsNow()).toEqual(theirs);
  });

  test('mine is kept, by hand and by keys, over what was saved meanwhile', async () => {
    await overtaken('Count by hand');
    await note().getByRole('button', { name: 'Keep mine' }).click();
    await note().waitFor({ state: 'hidden' });
    await expect.poll(titles).toEqual(['Count thrice', undefined]);
    await overtaken('Count by keys');
    await press(note().getByRole('button', { name: 'Keep mine' }));
    await note().waitFor({ state: 'hidden' });
    await expect.poll(titles).toEqual(['Count thrice', undefined, undefined]);
    await page.keyboard.press('Control+z');
    await expect.poll(titles).toEqual(['Count by keys']);
    await page.keyboard.press('Control+y');
    await expect.poll(titles).toEqual(['Count thrice', undefined, undefined]);
  });

  test('theirs is loaded by keys, and Undo brings mine back', async () => {
    const theirs = await overtaken('Count anew');
    await press(note().getByRole('button', { name: 'Load theirs' }));
    await note().waitFor({ state: 'hidden' });
    await card('dataset').waitFor({ state: 'detached' });
    expect(await stepsNow()).toEqual(theirs);
    await page.keyboard.press('Control+z');
    await expect.poll(titles).toEqual(['Count thrice', undefined, undefined, undefined]);
    expect(visit.errors.filter((error) => !error.includes('409'))).toEqual([]);
  });

  test('on a phone, what starts a pipeline is paused and goes on, and it is run', async () => {
    await api.post('/api/pipelines/who-comes-back/publish', {});
    await page.setViewportSize({ width: 390, height: 844 });
    await page.goto(`${pelton.url}/pipelines/who-comes-back`);
    const trigger = page.getByRole('region', { name: 'Started by' });
    await trigger.getByRole('button', { name: 'Pause' }).click();
    await trigger.getByRole('button', { name: 'Resume' }).waitFor();
    expect((await pipeline('who-comes-back')).trigger?.isPaused).toBe(true);
    await visit.takePicture('phone');
    await trigger.getByRole('button', { name: 'Resume' }).click();
    await trigger.getByRole('button', { name: 'Pause' }).waitFor();
    expect((await pipeline('who-comes-back')).trigger?.isPaused).toBe(false);
    await page.getByRole('button', { name: 'Run', exact: true }).click();
    await ranLive(1);
  });

  test('on a phone keys do the same, and its list can be read by everybody', async () => {
    const trigger = page.getByRole('region', { name: 'Started by' });
    await press(trigger.getByRole('button', { name: 'Pause' }));
    await trigger.getByRole('button', { name: 'Resume' }).waitFor();
    expect((await pipeline('who-comes-back')).trigger?.isPaused).toBe(true);
    await press(trigger.getByRole('button', { name: 'Resume' }));
    await trigger.getByRole('button', { name: 'Pause' }).waitFor();
    expect((await pipeline('who-comes-back')).trigger?.isPaused).toBe(false);
    await press(page.getByRole('button', { name: 'Run', exact: true }));
    await ranLive(2);
    const { draft } = await pipeline('who-comes-back');
    const listed = page.getByRole('main', { name: 'Steps, read only' }).getByRole('listitem');
    expect(await listed.evaluateAll((steps) => steps.map((step) => step.getAttribute('data-step')))).toEqual(
      draft.steps.map(({ id }) => id),
    );
    expect(await seriousViolations(page)).toEqual([]);
  });

  /** Waits until so many runs of the live version are over. */
  async function ranLive(count: number): Promise<void> {
    const newest = await waitFor(async () => {
      const runs = await api.get<RunSummary[]>('/api/runs?pipeline=who-comes-back');
      const live = runs.filter(({ draft }) => !draft);
      return live.length === count ? live[0] : undefined;
    });
    expect((await api.finished(newest.id)).state).toBe('done');
  }

  async function press(button: Locator): Promise<void> {
    await button.focus();
    await page.keyboard.press('Enter');
  }

  /** Grace saves while a step that is added here is on its way. @returns her steps */
  async function overtaken(title: string): Promise<object[]> {
    const { revision } = await pipeline('shared');
    const graph = { steps: [{ ...sqlStep('SELECT 2 AS two'), title }], layout: {} };
    await page.route(
      '**/api/pipelines/shared/draft',
      async (route) => {
        await grace.put('/api/pipelines/shared/draft', { revision, graph });
        await route.continue();
      },
      { times: 1 },
    );
    await page.locator('[data-uses="core/dataset"]').first().click();
    await note().getByText(title).waitFor();
    return graph.steps;
  }

  async function invite(): Promise<Api> {
    const { email, name, password } = GRACE;
    const { token } = await api.post<{ token: string }>('/api/members', { name, email, role: 'operator' });
    const grace = new Api(pelton.url);
    await grace.post('/api/setup', { token, name, email, password });
    return grace;
  }
});
