import type { Approval, Run, RunSummary, Waiting } from '@pelton/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
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
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
    await page.goto(`${pelton.url}/pipelines/offer`);
    await builder.card('mail').waitFor();
    visit.errors.length = 0; // that nobody was signed in at first
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
});
