import type { Pipeline, PipelineSummary, PipelineTemplate, RunSummary } from '@pelton/contract';
import type { Page } from 'playwright-core';
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

  const pipeline = (name: string) => api.get<Pipeline>(`/api/pipelines/${name}`);
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

  test('two members see each other, and an edit of each is kept', async () => {
    const grace = await invite();
    await api.draft('shared', [sqlStep('SELECT 1 AS one')]);
    await page.goto(`${pelton.url}/pipelines/shared`);
    await card('count').waitFor();
    await grace.post('/api/pipelines/shared/presence', { page: 'graces-page' });
    await page.reload();
    await page.getByText(`Also here: ${GRACE.name}`).waitFor();

    const { revision } = await pipeline('shared');
    const theirs = { steps: [{ ...sqlStep('SELECT 2 AS two'), title: 'Count twice' }], layout: {} };
    // Grace saves while what is done here is on its way.
    await page.route(
      '**/api/pipelines/shared/draft',
      async (route) => {
        await grace.put('/api/pipelines/shared/draft', { revision, graph: theirs });
        await route.continue();
      },
      { times: 1 },
    );
    await page.locator('[data-uses="core/dataset"]').first().click();
    await page.locator('[data-step^="dataset"]').first().waitFor();
    const note = page.getByRole('alert').filter({ hasText: `${GRACE.name} changed this draft` });
    await note.getByText('Count twice').waitFor();
    await visit.takePicture('stale');
    await note.getByRole('button', { name: 'Keep both' }).click();
    await note.waitFor({ state: 'hidden' });

    const all = await api.get<PipelineSummary[]>('/api/pipelines');
    const copy = await pipeline(all.find(({ name }) => name.startsWith('shared-'))?.name ?? '');
    expect(copy.draft.steps.map(({ uses }) => uses)).toEqual(['core/sql', 'core/dataset']);
    expect(copy.draft.steps[0]?.with).toEqual({ query: 'SELECT 1 AS one' });
    expect((await pipeline('shared')).draft.steps).toEqual(theirs.steps);
    await page.getByText('Count twice').first().waitFor();
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
    const run = await waitFor(async () => {
      const [newest] = await api.get<RunSummary[]>('/api/runs?pipeline=who-comes-back&limit=1');
      return newest?.draft === false && newest;
    });
    expect((await api.finished(run.id)).state).toBe('done');
  });

  async function invite(): Promise<Api> {
    const { email, name, password } = GRACE;
    const { token } = await api.post<{ token: string }>('/api/members', { name, email, role: 'operator' });
    const grace = new Api(pelton.url);
    await grace.post('/api/setup', { token, name, email, password });
    return grace;
  }
});
