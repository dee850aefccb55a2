import type { Pipeline, PipelineVersion } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { boxOf, BuilderHand } from '../support/builder-hand.js';
import { seriousViolations } from '../support/page-looks.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const paid = (value: string) => ({
  id: 'paid',
  uses: 'core/filter',
  title: 'Paid only',
  with: { condition: { combinator: 'and', rules: [{ field: 'status', operator: '=', value }] } },
  inputs: { rows: 'orders' },
});
const orders = {
  id: 'orders',
  uses: 'file/read',
  title: 'Orders',
  with: { connection: 'files', stream: 'orders.csv' },
  inputs: {},
};
const first10 = { id: 'few', uses: 'core/sample', title: 'A few', with: {}, inputs: { rows: 'paid' } };

describe('versions of a pipeline', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;

  const draftSteps = async () => (await api.get<Pipeline>('/api/pipelines/shop')).draft.steps.map(({ id }) => id);
  const side = (title: string) => page.getByRole('region', { name: title, exact: true });
  const marks = (title: string) =>
    side(title)
      .locator('[data-mark]')
      .evaluateAll((cards) =>
        cards.map((card) => [
          card.querySelector('[data-step]')?.getAttribute('data-step'),
          card.getAttribute('data-mark'),
        ]),
      );

  async function save(steps: object[]): Promise<void> {
    const { revision } = await api.get<Pipeline>('/api/pipelines/shop');
    await api.put('/api/pipelines/shop/draft', { revision, graph: { steps, layout: {} } });
  }

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('versions')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({ name: 'orders.csv', content: 'sku,status\ntea,paid\nmug,open\n' });
    await api.publish('shop', [orders, paid('paid')]);
    await save([orders, paid('open'), first10]);
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
    await page.goto(`${pelton.url}/pipelines/shop`);
    await new BuilderHand(page).card('few').waitFor();
    visit.errors.length = 0; // that nobody was signed in at first
  }, 120_000);
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  test('publishing asks for a note and says beforehand what changes', async () => {
    await page.getByRole('button', { name: 'Publish v2' }).click();
    const dialog = page.getByRole('dialog', { name: 'Publish v2' });
    await dialog.waitFor();
    expect(await dialog.getByRole('listitem').allInnerTexts()).toEqual(['added A few', 'changed Paid only (with)']);
    await dialog.getByLabel('Note').fill('Open orders, and only a few');
    await dialog.getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('v2 live since').waitFor();
    const [latest, earlier] = await api.get<PipelineVersion[]>('/api/pipelines/shop/versions');
    expect(latest).toMatchObject({ version: 2, note: 'Open orders, and only a few', publishedBy: 'admin', steps: 3 });
    expect(earlier).toMatchObject({ version: 1, note: '', steps: 2 });
  });

  test('two versions stand side by side with their differences marked', async () => {
    await page.getByRole('button', { name: 'Versions', exact: true }).click();
    await page.getByText('Open orders, and only a few').waitFor();
    await page.getByRole('radio', { name: 'v1 before' }).check();
    await page.getByRole('radio', { name: 'v2 after' }).check();
    await side('v2').locator('[data-mark="added"]').waitFor();
    expect(await marks('v1')).toEqual([['paid', 'changed']]);
    expect(await marks('v2')).toEqual([
      ['paid', 'changed'],
      ['few', 'added'],
    ]);
    await visit.takePicture('canvases');
  });

  test('keys choose the two as well', async () => {
    await page.getByRole('radio', { name: 'v1 before' }).focus();
    await page.keyboard.press('ArrowUp');
    expect(await page.getByRole('radio', { name: 'v2 before' }).isChecked()).toBe(true);
    await page.getByRole('radio', { name: 'v2 after' }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByText('v2 and v1').waitFor();
    await side('v1').locator('[data-mark="changed"]').waitFor();
    expect(await marks('v2')).toEqual([
      ['paid', 'changed'],
      ['few', 'removed'],
    ]);
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('ArrowUp');
    await page.getByRole('radio', { name: 'v2 before' }).focus();
    await page.keyboard.press('ArrowDown');
    await side('v2').locator('[data-mark="added"]').waitFor();
  });

  test('the same as YAML', async () => {
    await page.getByRole('button', { name: 'YAML', exact: true }).last().click();
    const [one, other] = [page.getByRole('textbox', { name: 'Before' }), page.getByRole('textbox', { name: 'After' })];
    await other.getByText('id: few').waitFor();
    expect(await one.innerText()).toContain('{ field: status, operator: =, value: paid }');
    expect(await one.innerText()).not.toContain('id: few');
    await visit.takePicture('yaml');
  });

  test('a version is restored into the draft, and Undo takes that back', async () => {
    await page.locator('[data-version="1"]').getByRole('button', { name: 'Restore' }).click();
    await page
      .getByRole('dialog', { name: 'Restore v1 into the draft?' })
      .getByRole('button', { name: 'Restore' })
      .click();
    const hasFew = (expected: boolean) =>
      waitFor(async () => ((await draftSteps()).includes('few') === expected ? true : undefined));
    await hasFew(false);
    expect(await draftSteps()).toEqual(['orders', 'paid']);
    await page.getByRole('button', { name: 'Undo', exact: true }).last().click();
    await hasFew(true);
    const pressed = async (button: Locator) => {
      await button.focus();
      await page.keyboard.press('Enter');
    };
    await pressed(page.getByRole('button', { name: 'Versions', exact: true }));
    await pressed(page.locator('[data-version="1"]').getByRole('button', { name: 'Restore' }));
    await pressed(
      page.getByRole('dialog', { name: 'Restore v1 into the draft?' }).getByRole('button', { name: 'Restore' }),
    );
    await hasFew(false);
    await page.keyboard.press('Control+z');
    await hasFew(true);
    expect(visit.errors).toEqual([]);
  });

  test('the lineage of a file is a picture, walked by keys, and a list', async () => {
    await page.goto(`${pelton.url}/lineage?id=${encodeURIComponent('stream/files/orders.csv')}`);
    const thing = (id: string) => page.locator(`[data-node="${id}"]`);
    const file = thing('stream/files/orders.csv');
    await file.waitFor();
    const [above, below] = [await boxOf(file), await boxOf(thing('step/shop/orders'))];
    expect(above.height).toBeGreaterThan(30);
    expect(below.y).toBeGreaterThan(above.y + above.height);
    expect(await page.getByRole('list', { name: 'Things' }).getByRole('link').allInnerTexts()).toContain(
      'shop: Orders',
    );
    await visit.takePicture('lineage');
    expect(await seriousViolations(page)).toEqual([]);
    await page.locator('.vue-flow__node').filter({ has: file }).focus();
    await page.keyboard.press('ArrowDown');
    await page
      .locator('.vue-flow__node:focus')
      .filter({ has: thing('step/shop/orders') })
      .waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Lineage of shop: Orders' }).waitFor();
    expect(new URL(page.url()).searchParams.get('id')).toBe('step/shop/orders');
  });

  test('a lineage of which nothing is known says so, and leads on', async () => {
    await page.goto(`${pelton.url}/lineage?id=metric/revenu`);
    await page.getByRole('heading', { name: 'Nothing is known of metric/revenu' }).waitFor();
    await visit.takePicture('lineage-unknown');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('main').getByRole('link', { name: 'Metrics' }).click();
    await page.waitForURL(`${pelton.url}/metrics`);
  });
});
