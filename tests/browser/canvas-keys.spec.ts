import type { Position } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { boxOf, type BuilderHand, middleOf } from '../support/builder-hand.js';
import { CanvasDesk } from '../support/canvas-desk.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { CHAIN, file } from '../support/small-graph.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';

const WIRED = { orders: {}, large: { rows: 'orders' }, larger: { rows: 'large' } };

describe('the canvas of the builder, without a mouse and with one', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;
  let desk: CanvasDesk;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('canvas-keys')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    desk = new CanvasDesk(page, api, pelton.url);
    ({ builder } = desk);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({ name: 'orders.csv', content: 'sku,amount\ntea,2\nmug,1\n' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit.signIn(pelton.url);
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  const item = (name: string) => page.getByRole('menuitem', { name, exact: true });
  const chosen = () => page.getByRole('toolbar', { name: 'Chosen' });
  const quick = (): Locator => page.getByTestId('quick-add');
  const emptySpot = async () => {
    const { x, y, width, height } = await boxOf(builder.canvas);
    return { x: x + width - 260, y: y + height - 260 };
  };

  test('keys act on the canvas of a page that was just opened: all are chosen, taken out and brought back', async () => {
    await desk.open(CHAIN);
    await page.keyboard.press('Control+a');
    await chosen().getByText('3 chosen').waitFor();
    await page.keyboard.press('Delete');
    await expect.poll(desk.wires).toEqual({});
    await page.keyboard.press('Control+z');
    await expect.poll(desk.wires).toEqual(WIRED);
    await page.keyboard.press('ArrowDown');
    expect(await desk.focused()).toBe('orders');
  });

  test('those that lie together are chosen one after another, by arrows with Shift or by presses with Control', async () => {
    await desk.open(CHAIN);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Shift+ArrowDown');
    await chosen().getByText('3 chosen').waitFor();
    await page.keyboard.press('Escape');
    await builder.card('large').click();
    await builder.card('larger').click({ modifiers: ['Control'] });
    await chosen().getByText('2 chosen').waitFor();
    await page.keyboard.press('Shift+Delete');
    await expect.poll(desk.wires).toEqual({ orders: {} });
  });

  test('cards are put in line from the bar, by hand and by key', async () => {
    const at = (x: number, y: number) => ({ x, y });
    await desk.open({ steps: CHAIN.steps, layout: { orders: at(0, 0), large: at(40, 128), larger: at(96, 256) } });
    await page.keyboard.press('Control+a');
    const across = desk.draft(({ layout }) => Object.values(layout).map(({ x }) => x));
    await chosen().getByRole('button', { name: 'Align left' }).click();
    await expect.poll(across).toEqual([0, 0, 0]);
    await builder.canvas.getByRole('button', { name: 'Undo' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(across).toEqual([0, 40, 96]);
    await chosen().getByRole('button', { name: 'Align right' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(across).toEqual([96, 96, 96]);
  });

  test('what was used last is taken from the palette by key, and the list at the hand is walked by arrows', async () => {
    await desk.open(CHAIN);
    await page.keyboard.press('Control+k');
    await quick().getByRole('combobox').pressSequentially('sample');
    await page.keyboard.press('Enter');
    await builder.card('sample').waitFor();
    const recent = page.getByRole('complementary', { name: 'Steps' }).locator('[data-uses]').first();
    expect(await recent.getAttribute('data-uses')).toBe('core/sample');
    await recent.focus();
    await page.keyboard.press('Enter');
    await builder.card('sample_2').waitFor();
    await page.keyboard.press('Control+k');
    await quick().getByRole('option').nth(1).waitFor();
    const second = await quick().getByRole('option').nth(1).getAttribute('data-option');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(desk.draft(({ steps }) => steps.at(-1)?.uses)).toBe(second);
  });

  test('a step is joined behind the chosen one, after a branch to the first way that is free', async () => {
    const condition = { combinator: 'and', rules: [{ field: 'amount', operator: '>', value: 1 }] };
    const branch = { id: 'branch', uses: 'core/branch', with: { branches: [{ name: 'dear', condition }] } };
    await desk.open({ steps: [file('orders'), { ...branch, inputs: { rows: 'orders' } }] });
    for (const [way, kind] of [
      ['dear', 'sort'],
      ['Else', 'sample'],
    ] as const) {
      await builder.card('branch').click();
      await page.keyboard.press('Control+k');
      await quick().getByText(`Add after Branch · ${way}`).waitFor();
      await quick().getByRole('combobox').pressSequentially(kind);
      await page.keyboard.press('Enter');
      await builder.card(kind).waitFor();
    }
    const read = { sort: { rows: 'branch.dear' }, sample: { rows: 'branch.else' } };
    await expect.poll(desk.wires).toEqual({ orders: {}, branch: { rows: 'orders' }, ...read });
  });

  test('the other button of the mouse on the canvas adds, pastes and notes where it was pressed', async () => {
    await desk.open(CHAIN);
    const at = await emptySpot();
    const origin = await boxOf(builder.card('orders'));
    await page.mouse.click(at.x, at.y, { button: 'right' });
    await item('Tidy up').waitFor();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual([
      'Add a step here',
      'Add a note here',
      'Paste here',
      'Choose all',
      'Tidy up',
    ]);
    expect(await seriousViolations(page)).toEqual([]);
    await item('Add a step here').click();
    await quick().getByRole('combobox').fill('sample');
    await quick().locator('[data-option="core/sample"]').click();
    const spot = { x: at.x - origin.x - origin.width / 2, y: at.y - origin.y };
    await expect.poll(desk.draft(({ layout }) => distance(layout['sample'], spot))).toBeLessThan(12);
    await page.keyboard.press('Escape');
    const copied = '{"steps":[{"id":"a","uses":"core/sort"}],"layout":{"a":{"x":0,"y":0}}}';
    await page.evaluate((text) => navigator.clipboard.writeText(text), copied);
    const [first, to] = [await boxOf(builder.card('orders')), await emptySpot()];
    await page.mouse.click(to.x - 300, to.y + 40, { button: 'right' });
    await item('Paste here').click();
    const corner = { x: to.x - 300 - first.x, y: to.y + 40 - first.y };
    await expect.poll(desk.draft(({ layout }) => distance(layout['sort'], corner))).toBeLessThan(12);
  });

  test('a note at the edge of the canvas is written in while the panel beside it goes', async () => {
    await desk.open(CHAIN);
    await builder.card('large').click();
    await builder.panel.waitFor();
    const { x, y, width, height } = await boxOf(builder.canvas);
    await page.mouse.click(x + width - 100, y + height - 320, { button: 'right' });
    await item('Add a note here').click();
    await page.getByRole('textbox', { name: 'Text of the note' }).pressSequentially('By hand');
    await page.keyboard.press('Escape');
    await expect.poll(desk.draft((graph) => graph.notes?.map(({ text }) => text))).toEqual(['By hand']);
  });

  test('keys open the menu of the canvas too: a note is added, all are chosen', async () => {
    await desk.open(CHAIN);
    await page.keyboard.press('Shift+F10');
    await builder.pickByKey('Choose all');
    await chosen().getByText('3 chosen').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Shift+F10');
    await builder.pickByKey('Add a note here');
    await page.getByRole('textbox', { name: 'Text of the note' }).pressSequentially('By key');
    await page.keyboard.press('Escape');
    await expect.poll(() => desk.focused()).toBe('note-1');
    await page.keyboard.press('Enter');
    await page.keyboard.type(' only');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Green' }).focus();
    await page.keyboard.press('Enter');
    const notes = desk.draft((graph) => graph.notes?.map(({ text, colour }) => [text, colour]));
    await expect.poll(notes).toEqual([['By key only', 'green']]);
    await page.locator('[data-note="note-1"]').dblclick();
    await page.getByRole('textbox', { name: 'Text of the note' }).fill('By hand');
    await page.keyboard.press('Escape');
    await expect.poll(notes).toEqual([['By hand', 'green']]);
  });

  test('the map moves the canvas by half of what is seen, by key', async () => {
    const more = ['spring', 'summer', 'autumn'].map((id) => ({ ...file('orders'), id }));
    await desk.open({ steps: [...CHAIN.steps, ...more] });
    const [card, canvas] = [await middleOf(builder.card('orders')), await boxOf(builder.canvas)];
    await page.getByRole('group', { name: 'Map of the pipeline' }).focus();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('ArrowLeft');
    await expect
      .poll(async () => Math.round((await middleOf(builder.card('orders'))).x - card.x))
      .toBe(Math.round(canvas.width / 2));
  });

  test('Publish stays shut by key too, while a step has a problem', async () => {
    await desk.open({ steps: [...CHAIN.steps, { id: 'tag', uses: 'core/tag' }] });
    await builder.card('tag').getByText('Choose: Tag').waitFor();
    await page.getByRole('button', { name: 'Publish v1' }).focus();
    await page.keyboard.press('Enter');
    expect(await page.getByRole('dialog', { name: 'Publish v1' }).isVisible()).toBe(false);
    expect(visit.errors).toEqual([]);
  });
});

function distance(one: Position | undefined, other: Position): number {
  return one ? Math.hypot(one.x - other.x, one.y - other.y) : Infinity;
}
