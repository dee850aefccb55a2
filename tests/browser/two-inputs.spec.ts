import type { Pipeline, Run, Sample } from '@pelton/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';

const file = (id: string): StepInput => ({
  id,
  uses: 'file/read',
  with: { connection: 'files', stream: `${id}.csv` },
});

describe('steps with several inputs', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('two-inputs')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    builder = new BuilderHand(page);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({
      name: 'orders.csv',
      content: 'sku,amount,day\ntea,2,2026-01-05\nmug,1,2026-01-06\ncup,4,2026-01-07\n',
    });
    await api.upload({ name: 'prices.csv', content: 'product,price,amount\ntea,3,a\nmug,9,b\n' });
    await api.draft('priced', [file('orders'), file('prices')]);
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
    await page.goto(`${pelton.url}/pipelines/priced`);
    await builder.card('prices').getByText('prices.csv').waitFor();
    visit.errors.length = 0; // that nobody was signed in at first
  }, 120_000);
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  /** What a field of the panel offers, without choosing. */
  async function offered(label: string): Promise<string[]> {
    const field = builder.panel.getByLabel(label, { exact: true });
    await field.click();
    const list = page.locator(`[id="${await field.getAttribute('aria-controls')}"]`);
    await list.getByRole('option').first().waitFor();
    const options = await list.getByRole('option').allInnerTexts();
    await page.keyboard.press('Escape');
    return options.map((text) => text.split('\n')[0] ?? '');
  }

  test('wires go to each port of a join, and its form offers the columns of the right one', async () => {
    await builder.dragToCanvas('core/join', { x: 420, y: 420 });
    await builder.drawWire('orders.rows', 'join.left');
    await builder.drawWire('prices.rows', 'join.right');
    await builder.card('join').click();
    await builder.panel.getByRole('button', { name: 'Add', exact: true }).first().click();
    await visit.takePicture('join form');
    expect(await offered('Left column')).toEqual(['sku', 'amount', 'day']);
    expect(await offered('Is the same as')).toEqual(['product', 'price', 'amount']);
    await builder.choose('Left column', 'sku');
    await builder.choose('Is the same as', 'product');
    await builder.card('join').getByText('every left row · sku = product').waitFor();
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
    const { draft } = await api.get<Pipeline>('/api/pipelines/priced');
    expect(draft.steps.at(-1)).toMatchObject({
      with: { keys: [{ left: 'sku', right: 'product' }] },
      inputs: { left: 'orders', right: 'prices' },
    });
  });

  test('the draft runs, and the rows of both sides stand together', async () => {
    await page.getByRole('button', { name: 'Run draft' }).click();
    await builder.runIsDone();
    const [{ id } = { id: '' }] = await api.get<Run[]>('/api/runs?pipeline=priced');
    const [sample] = await api.get<Sample[]>(`/api/runs/${id}/steps/join/samples`);
    expect(sample?.columns.map(({ name }) => name)).toEqual(['sku', 'amount', 'day', 'price', 'amount_right']);
    const rows = (sample?.rows ?? []).map(([sku, amount, , price, right]) => [sku, amount, price, right]);
    expect(rows).toHaveLength(3);
    expect(rows).toEqual(
      expect.arrayContaining([
        ['cup', 4, null, null],
        ['mug', 1, 9, 'b'],
        ['tea', 2, 3, 'a'],
      ]),
    );
    await visit.takePicture('joined');
  });

  test('a union of columns that do not fit says so at the wire', async () => {
    await builder.dragToCanvas('core/union', { x: 420, y: 600 });
    await builder.drawWire('orders.rows', 'union.first');
    await builder.drawWire('prices.rows', 'union.second');
    await builder.refusal.getByText('amount is text from File and number at First.').waitFor();
    await visit.takePicture('union refused');
    expect(visit.errors).toEqual([]);
  });
});
