import type { Approval, Backfill, Pipeline, Run, RunSummary, Waiting } from '@pelton/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const people = {
  id: 'people',
  uses: 'core/sql',
  with: { query: "SELECT arrayJoin(['ann', 'bob']) AS user_id" },
  inputs: {},
};
const mail = { id: 'mail', uses: 'core/deduplicate', with: { keys: ['user_id'] }, inputs: {} };

describe('a journey', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('journey')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    builder = new BuilderHand(page);
    const layout = { people: { x: 0, y: 0 }, mail: { x: 0, y: 360 } };
    await api.post('/api/pipelines', { name: 'offer', title: 'Offer', graph: { steps: [people, mail], layout } });
    await visit.signIn(pelton.url);
    await page.goto(`${pelton.url}/pipelines/offer`);
    await builder.card('mail').waitFor();
  }, 120_000);
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  test('is composed by hand, and its panel leads to those who wait', async () => {
    await builder.dragToCanvas('core/approval', { x: 520, y: 300 });
    await builder.drawWire('people.rows', 'approval.users');
    await builder.card('approval').click();
    await builder.panel.getByLabel('Question').fill('Send the offer?');
    await builder.drawWire('approval.approved', 'mail.rows');
    await builder.card('mail').getByText('one row for each user_id').waitFor();
    await page.getByRole('button', { name: 'Publish v1' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('v1 live since').waitFor();
    await api.run('offer');
    await builder.card('approval').click();
    await builder.panel.getByText('2 people wait here.').waitFor();
    await builder.panel.getByRole('link', { name: 'See who' }).click();
    await page.getByRole('link', { name: 'bob' }).waitFor();
    expect(await page.getByRole('row').count()).toBe(3);
  });

  test('goes on once a member approves, whose note is kept', async () => {
    await page.getByRole('link', { name: 'Approvals' }).click();
    await page.getByRole('button', { name: 'Approve: Send the offer?' }).click();
    const dialog = page.getByRole('dialog', { name: 'Approve' });
    await dialog.getByLabel('Note').fill('Looks right');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    await page.getByText('Nothing waits for a decision').waitFor();
    const run = await waitFor(async () => {
      const [last, first] = await api.get<RunSummary[]>('/api/runs?pipeline=offer');
      return last && first && last.state === 'done' ? api.get<Run>(`/api/runs/${last.id}`) : undefined;
    });
    expect(run.steps.map(({ id, rows }) => [id, rows])).toEqual([
      ['mail', { rows: 2 }],
      ['approval', { approved: 2, rejected: 0 }],
    ]);
    const [approval] = await api.get<Approval[]>('/api/approvals');
    expect(approval).toMatchObject({ state: 'approved', note: 'Looks right', decidedBy: 'admin' });
    expect((await api.get<Waiting>('/api/pipelines/offer/waiting')).users).toBe(0);
    expect(visit.errors).toEqual([]);
  });

  test('starts by a schedule that is written by keyboard, once it is published', async () => {
    await page.goto(`${pelton.url}/pipelines/offer`);
    const dialog = page.getByRole('dialog', { name: 'What starts this pipeline' });
    const openTrigger = async () => {
      await page.getByRole('button', { name: 'By hand' }).focus();
      await page.keyboard.press('Enter');
      await dialog.waitFor();
      await dialog.getByLabel('Started by').focus();
      await page.keyboard.press('Enter');
    };
    await openTrigger();
    await page.getByRole('option', { name: 'An event', exact: true }).click();
    await dialog.getByRole('button', { name: 'Keep' }).click();
    await page.getByText('Something is missing or wrong: Event').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await dialog.getByLabel('Started by').focus();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await openTrigger();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByText('Next:').waitFor();
    await visit.takePicture('schedule');
    await dialog.getByRole('button', { name: 'Keep' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Daily at 06:00' }).waitFor();
    await page.getByRole('button', { name: 'Publish v2' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('v2 live since').waitFor();
    const { trigger } = await api.get<Pipeline>('/api/pipelines/offer');
    expect(trigger).toMatchObject({
      trigger: { kind: 'schedule', cron: '0 6 * * *', timezone: 'UTC', missed: 'run-once' },
      isPaused: false,
    });
    expect(new Date(trigger?.nextAt ?? 0).toISOString()).toMatch(/T06:00:00\.000Z$/);
  });

  test('runs again for days that are past, and the list of runs says how far that is', async () => {
    await api.publish('plain', [people]);
    const day = (ago: number) => new Date(Date.now() - ago * 86_400_000).toISOString().slice(0, 10);
    await page.goto(`${pelton.url}/pipelines/plain`);
    await page.getByRole('button', { name: 'What to run' }).click();
    await page.getByRole('button', { name: 'Back-fill…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Back-fill' });
    await dialog.getByLabel('First day').fill(day(3));
    await page.keyboard.press('Enter');
    await dialog.getByText('This makes 3 runs').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await visit.takePicture('back-fill');
    await dialog.getByRole('button', { name: 'Start back-fill' }).click();
    const backfills = page.getByRole('table', { name: 'Back-fills' });
    await backfills.getByText('3 done').waitFor({ timeout: 60_000 });
    expect(await backfills.locator('progress').evaluate((bar: HTMLProgressElement) => [bar.value, bar.max])).toEqual([
      3, 3,
    ]);
    const [backfill] = await api.get<Backfill[]>('/api/pipelines/plain/backfills');
    expect(backfill).toMatchObject({ from: day(3), to: day(1), every: 'day', state: 'done' });
    const asOfs = (await api.get<RunSummary[]>('/api/runs?pipeline=plain')).map(({ asOf }) => asOf).sort();
    expect(asOfs).toEqual([2, 1, 0].map((ago) => `${day(ago)}T00:00:00.000Z`));
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a draft run shows the mail as it would go out, and sends none', async () => {
    await api.post('/api/connections', {
      ...{ name: 'post', title: 'Post', kind: 'channel', uses: 'email' },
      config: { host: 'smtp.invalid', from: 'shop@example.org' },
    });
    await api.post('/api/messages', {
      ...{ name: 'hello', title: 'Hello', connection: 'post' },
      content: { subject: 'Hello {{ user.id }}', html: '<p>For {{ user.name }}</p>' },
    });
    const query = "SELECT 'ann' AS user_id, 'Ann' AS name, 'ann@example.org' AS email";
    await api.draft('hello', [
      { id: 'people', uses: 'core/sql', with: { query } },
      {
        id: 'known',
        uses: 'core/to-users',
        with: { userId: 'user_id' },
        inputs: { rows: 'people' },
      },
      { id: 'mail', uses: 'core/message', with: { message: 'hello' }, inputs: { users: 'known' } },
    ]);
    await api.run('hello', { draft: true });
    await page.goto(`${pelton.url}/pipelines/hello`);
    await builder.card('mail').getByText('1 ready').waitFor();
    await builder.card('mail').click();
    const mail = builder.panel.getByRole('region', { name: 'What would be sent' });
    await mail.getByText('Hello ann').waitFor();
    expect(await mail.getByRole('definition').allInnerTexts()).toEqual(['ann@example.org', 'Hello ann']);
    await mail.frameLocator('iframe').getByText('For Ann').waitFor();
    await visit.takePicture('would send');
    expect(await seriousViolations(page)).toEqual([]);
    await builder.card('known').click();
    await builder.panel.getByText('A dry run stores nothing. These rows would be written.').waitFor();
    await builder.panel.getByRole('cell', { name: 'ann@example.org' }).waitFor();
    expect((await api.get<{ users: unknown[] }>('/api/users')).users).toEqual([]);
    expect(visit.errors).toEqual([]);
  });
});
