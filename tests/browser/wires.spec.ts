import type { Pipeline, Run, Sample } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { boxOf, type BuilderHand, middleOf } from '../support/builder-hand.js';
import { CanvasDesk } from '../support/canvas-desk.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { CHAIN, file } from '../support/small-graph.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';

const sample: StepInput = { id: 'sample', uses: 'core/sample' };
const united = {
  steps: [
    file('orders'),
    { ...file('prices'), title: 'Prices' },
    { id: 'union', uses: 'core/union', inputs: { first: 'orders' } },
  ],
  layout: { orders: { x: 0, y: 0 }, prices: { x: 300, y: 0 }, union: { x: 0, y: 240 } },
};

describe('wires', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let desk: CanvasDesk;
  let builder: BuilderHand;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('wires')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    desk = new CanvasDesk(page, api, pelton.url);
    ({ builder } = desk);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({
      name: 'orders.csv',
      content: 'sku,amount,day\ntea,2,2026-01-05\nmug,1,2026-01-06\ncup,4,2026-01-07\n',
    });
    await api.upload({ name: 'prices.csv', content: 'product,price,amount\ntea,3,a\nmug,9,b\n' });
    await visit.signIn(pelton.url);
  }, 120_000);
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  const quick = () => page.getByTestId('quick-add');
  const tip = () => page.getByTestId('wire-columns');
  const linesOf = async (shown: Locator) => (await shown.innerText()).split('\n').filter(Boolean);

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
    await api.draft('priced', [file('orders'), file('prices')]);
    await page.goto(`${pelton.url}/pipelines/priced`);
    await builder.card('prices').getByText('prices.csv').waitFor();
    await builder.dragToCanvas('core/join', { x: 420, y: 420 });
    await builder.drawWire('orders.rows', 'join.left');
    await builder.drawWire('prices.rows', 'join.right');
    await builder.card('join').click();
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
    await builder.refusal.waitFor();
    expect(await builder.refusal.innerText()).toContain('amount is text from File and number at First.');
    await visit.takePicture('union refused');
  });

  test('a wire let go over nothing offers what fits that port, and joins it', async () => {
    await desk.open(CHAIN);
    const { x, y, width, height } = await boxOf(builder.canvas);
    const at = { x: x + width - 260, y: y + height - 260 };
    await builder.letGoWire('larger.rows', at);
    await quick().waitFor();
    expect(await quick().getByText('Add after').innerText()).toBe('Add after Filter');
    expect(await quick().locator('[data-option="file/read"]').count()).toBe(0);
    await quick().getByRole('combobox').fill('sort');
    await page.keyboard.press('Enter');
    const wired = { orders: {}, large: { rows: 'orders' }, larger: { rows: 'large' } };
    await expect.poll(desk.wires).toEqual({ ...wired, sort: { rows: 'larger' } });
  });

  test('a step is added behind the one that keys have come to, of the kinds that fit there', async () => {
    await desk.open({ steps: [file('orders')] });
    await builder.card('orders').click();
    await page.keyboard.press('ArrowUp'); // from now on, no pointer says where
    await page.keyboard.press('Control+k');
    await quick().getByText('Add after File').waitFor();
    expect(await quick().locator('[data-option="file/read"]').count()).toBe(0);
    await quick().getByRole('combobox').pressSequentially('sort');
    await page.keyboard.press('Enter');
    await expect.poll(desk.wires).toEqual({ orders: {}, sort: { rows: 'orders' } });
  });

  test('a step dropped on a wire goes between; by key too', async () => {
    await desk.open(CHAIN);
    const wire = await builder.middleOfWire('larger:rows');
    const { x, y } = await boxOf(builder.canvas);
    await builder.dragToCanvas('core/sort', { x: wire.x - x, y: wire.y - y });
    await expect.poll(desk.wires).toEqual({
      orders: {},
      large: { rows: 'orders' },
      larger: { rows: 'sort' },
      sort: { rows: 'large' },
    });
    await builder.card('large').click();
    await page.keyboard.press('w');
    await page.getByTestId('wire-columns').getByText('amount').waitFor();
    await page.keyboard.press('Control+k');
    await quick().getByText('Add between').waitFor();
    await quick().getByRole('combobox').fill('sample');
    await page.keyboard.press('Enter');
    await expect.poll(desk.wires).toEqual({
      orders: {},
      large: { rows: 'sample' },
      larger: { rows: 'sort' },
      sort: { rows: 'large' },
      sample: { rows: 'orders' },
    });
  });

  test('a wire that does not fit says why while it is drawn', async () => {
    await desk.open(united);
    await builder.card('prices').getByText('prices.csv').waitFor();
    await builder.holdWire('prices.rows', 'union.second');
    const reason = page.getByTestId('drawing-reason');
    await reason.getByText('amount is text from Prices and number at First.').waitFor();
    await page.mouse.up();
    await builder.refusal.getByText('This wire does not fit').waitFor();
    await expect.poll(desk.wires).toEqual({ orders: {}, prices: {}, union: { first: 'orders' } });
  });

  test('the column that a wire lacks is made by a step between, by hand and by key', async () => {
    const tag: StepInput = { id: 'tag', uses: 'core/tag' };
    const mended = { orders: {}, tag: { users: 'to_users' }, to_users: { rows: 'orders' } };
    const mend = builder.refusal.getByRole('button', { name: 'Add To users between' });
    await desk.open({ steps: [file('orders'), tag], layout: { orders: { x: 0, y: 0 }, tag: { x: 0, y: 300 } } });
    await builder.drawWire('orders.rows', 'tag.users');
    await mend.click();
    await expect.poll(desk.wires).toEqual(mended);
    await page.keyboard.press('Control+z');
    await builder.card('to_users').waitFor({ state: 'detached' });
    await builder.drawWire('orders.rows', 'tag.users');
    await mend.focus();
    await page.keyboard.press('Enter');
    await expect.poll(desk.wires).toEqual(mended);
  });

  test('a wire tells its columns under the pointer, and when it is chosen by key', async () => {
    await desk.open(CHAIN);
    const { x, y } = await builder.middleOfWire('larger:rows');
    await page.mouse.move(x, y);
    await tip().getByText('sku').waitFor();
    const told = [...['sku', 'text'], ...['amount', 'number'], ...['day', 'time']];
    expect(await linesOf(tip())).toEqual(['Filter → Filter', ...told]);
    await page.mouse.move(x + 300, y);
    await tip().waitFor({ state: 'hidden' });
    await page.locator('.vue-flow__node[data-id="orders"]').focus();
    await page.keyboard.press('w');
    await tip().waitFor();
    expect(await linesOf(tip())).toEqual(['File → Filter', ...told]);
  });

  test('a wire has a menu, opened by hand or by key: a step goes between, or the wire is taken out', async () => {
    const item = (name: string) => page.getByRole('menuitem', { name, exact: true });
    await desk.open(CHAIN);
    const wire = await builder.middleOfWire('larger:rows');
    await page.mouse.click(wire.x, wire.y, { button: 'right' });
    await item('Add a step between').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await item('Add a step between').click();
    await quick().getByText('Add between Filter and Filter').waitFor();
    await quick().getByRole('combobox').pressSequentially('sample');
    await page.keyboard.press('Enter');
    const between = { orders: {}, large: { rows: 'orders' }, larger: { rows: 'sample' }, sample: { rows: 'large' } };
    await expect.poll(desk.wires).toEqual(between);
    await page.locator('.vue-flow__node[data-id="orders"]').focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('w');
    await page.keyboard.press('Shift+F10');
    await builder.pickByKey('Take the wire out');
    await expect.poll(desk.wires).toEqual({ ...between, large: {} });
    const other = await builder.middleOfWire('sample:rows');
    await page.mouse.click(other.x, other.y, { button: 'right' });
    await item('Take the wire out').click();
    await expect.poll(desk.wires).toEqual({ ...between, large: {}, sample: {} });
  });

  test('a wire drawn back from an input offers what can feed it', async () => {
    await desk.open({ steps: [{ ...sample, title: 'Some' }] });
    const { x, y } = await boxOf(builder.card('sample'));
    await builder.letGoWireBack('sample.rows', { x: x + 280, y: y + 160 });
    await quick().getByText('Add before Some').waitFor();
    await quick().getByRole('combobox').fill('sort');
    await quick().locator('[data-option="core/sort"]').click();
    await expect.poll(desk.wires).toEqual({ sample: { rows: 'sort' }, sort: {} });
  });

  test('a card that nothing is joined to goes into the wire that it is dragged onto', async () => {
    await desk.open({ steps: [...CHAIN.steps, sample], layout: { ...CHAIN.layout, sample: { x: 320, y: 128 } } });
    const wire = await builder.middleOfWire('larger:rows');
    const card = await middleOf(builder.card('sample'));
    await builder.dragCard('sample', { x: wire.x - card.x, y: wire.y - card.y });
    await expect.poll(desk.wires).toEqual({
      orders: {},
      large: { rows: 'orders' },
      larger: { rows: 'sample' },
      sample: { rows: 'large' },
    });
    await page.keyboard.press('Control+z');
    await expect
      .poll(desk.wires)
      .toEqual({ orders: {}, large: { rows: 'orders' }, larger: { rows: 'large' }, sample: {} });
  });

  test('a wire is taken out, by hand and by key', async () => {
    await desk.open(CHAIN);
    const { x, y } = await builder.middleOfWire('larger:rows');
    await page.mouse.click(x, y);
    await page.keyboard.press('Delete');
    await expect.poll(desk.wires).toEqual({ orders: {}, large: { rows: 'orders' }, larger: {} });
    await builder.card('orders').click();
    await page.keyboard.press('w');
    await page.keyboard.press('Delete');
    await expect.poll(desk.wires).toEqual({ orders: {}, large: {}, larger: {} });
  });

  test('wires are drawn by keys, and one that does not fit says why', async () => {
    await desk.open(united);
    await page.locator('.vue-flow__node[data-id="union"]').focus();
    await page.keyboard.press('Enter');
    const choose = async (source: string) => {
      await builder.panel.getByLabel('Second').focus();
      await page.keyboard.type(source);
      await page.keyboard.press('Enter');
    };
    await choose('Prices');
    await builder.refusal.getByText('amount is text from Prices and number at First.').waitFor();
    await page.keyboard.press('Escape');
    await choose('File');
    await expect.poll(desk.wires).toEqual({ orders: {}, prices: {}, union: { first: 'orders', second: 'orders' } });
  });

  test('nothing went wrong unseen', () => {
    expect(visit.errors).toEqual([]);
  });
});
