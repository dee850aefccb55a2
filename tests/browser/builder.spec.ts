import type { Graph, StepType } from '@pelton/contract';
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
import { waitFor } from '../support/wait-for.js';

describe('the canvas of the builder', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;
  let desk: CanvasDesk;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('builder')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    desk = new CanvasDesk(page, api, pelton.url);
    ({ builder } = desk);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({ name: 'orders.csv', content: 'sku,amount\ntea,2\nmug,1\n' });
    await api.upload({ name: 'prices.csv', content: 'product,amount\ntea,a\n' });
    await visit.signIn(pelton.url);
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  const quick = (): Locator => page.getByTestId('quick-add');
  const controls = () => builder.canvas.getByRole('toolbar', { name: 'Canvas' });
  const emptySpot = async () => {
    const { x, y, width, height } = await boxOf(builder.canvas);
    return { x: x + width - 260, y: y + height - 260 };
  };

  test('every kind of step has an icon of its own', async () => {
    const types = await api.get<StepType[]>('/api/steps');
    const icons = types.filter(({ role }) => role !== 'reach').map(({ icon }) => icon);
    expect(icons.filter((icon, index) => icons.indexOf(icon) !== index)).toEqual([]);
  });

  test('the palette folds, filters and remembers what was used', async () => {
    await desk.open(CHAIN);
    const palette = page.getByRole('complementary', { name: 'Steps' });
    const databases = palette.getByRole('button', { name: /^Databases/ }).first();
    await databases.click();
    await palette.locator('[data-uses="postgres/read"]').waitFor();
    await databases.focus();
    await page.keyboard.press('Enter');
    expect(await palette.locator('[data-uses="postgres/read"]').count()).toBe(0);
    await page.keyboard.press('/');
    await page.keyboard.type('rows turn');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('sort');
    await page.keyboard.press('Enter');
    await builder.card('sort').waitFor();
    await page.keyboard.press('Escape');
    const recent = palette.locator('[data-uses]').first();
    expect(await recent.getAttribute('data-uses')).toBe('core/sort');
    await builder.card('larger').click();
    await recent.click();
    await expect.poll(desk.draft(({ steps }) => steps.at(-1)?.inputs)).toEqual({ rows: 'larger' });
  });

  test('a step found by a few letters is put where the pointer is, and another beside it', async () => {
    await desk.open(CHAIN);
    const at = await emptySpot();
    await page.mouse.move(at.x, at.y);
    await page.keyboard.press('Control+k');
    await quick().getByRole('combobox').pressSequentially('sample');
    await page.keyboard.press('Shift+Enter');
    await builder.card('sample').waitFor();
    await quick().getByRole('combobox').fill('sort');
    await quick().locator('[data-option="core/sort"]').click();
    await builder.card('sort').waitFor();
    expect(await quick().count()).toBe(0);
    const { layout: places } = await desk.saved();
    expect(places['sort']?.x).toBe((places['sample']?.x ?? 0) + 240);
  });

  test('deleting joins the neighbours, with Shift it takes the wires along, and undo brings all back', async () => {
    await desk.open(CHAIN);
    await builder.card('large').click();
    await page.keyboard.press('Delete');
    await expect.poll(desk.wires).toEqual({ orders: {}, larger: { rows: 'orders' } });
    await page.keyboard.press('Control+z');
    await expect.poll(desk.wires).toEqual({ orders: {}, large: { rows: 'orders' }, larger: { rows: 'large' } });
    await builder.card('large').click();
    await page.keyboard.press('Shift+Delete');
    await expect.poll(desk.wires).toEqual({ orders: {}, larger: {} });
    await controls().getByRole('button', { name: 'Undo' }).click();
    await expect.poll(desk.wires).toEqual({ orders: {}, large: { rows: 'orders' }, larger: { rows: 'large' } });
    await controls().getByRole('button', { name: 'Redo' }).click();
    await expect.poll(desk.wires).toEqual({ orders: {}, larger: {} });
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(desk.wires).toEqual({ orders: {}, larger: {} });
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+y');
    await expect.poll(desk.wires).toEqual({ orders: {}, larger: {} });
  });

  test('several steps are chosen with a box, lined up, spread and tidied', async () => {
    await desk.open({
      steps: CHAIN.steps,
      layout: { orders: { x: 0, y: 0 }, large: { x: 40, y: 128 }, larger: { x: 96, y: 400 } },
    });
    const [first, last] = [await boxOf(builder.card('orders')), await boxOf(builder.card('larger'))];
    await page.keyboard.down('Shift');
    await page.mouse.move(first.x - 30, first.y - 20);
    await page.mouse.down();
    await page.mouse.move(last.x + last.width + 20, last.y + last.height + 20, { steps: 6 });
    await page.mouse.up();
    await page.keyboard.up('Shift');
    const bar = page.getByRole('toolbar', { name: 'Chosen' });
    await bar.getByText('3 chosen').waitFor();
    const y = (graph: Graph) => Object.values(graph.layout).map((place) => place.y);
    await bar.getByRole('button', { name: 'Same gaps down' }).click();
    await expect.poll(desk.draft(y)).toEqual([0, 200, 400]);
    await page.keyboard.press('Control+z');
    await expect.poll(desk.draft(y)).toEqual([0, 128, 400]);
    await bar.getByRole('button', { name: 'Duplicate' }).click();
    await expect.poll(desk.draft(({ steps }) => steps.length)).toEqual(6);
    await bar.getByRole('button', { name: 'Take out' }).click();
    await expect.poll(desk.draft(({ steps }) => steps.map(({ id }) => id))).toEqual(['orders', 'large', 'larger']);
    await page.keyboard.press('Escape');
    await builder.card('large').click();
    await page.keyboard.press('Shift+ArrowDown');
    await bar.getByText('2 chosen').waitFor();
    await page.keyboard.press('Control+a');
    await bar.getByText('3 chosen').waitFor();
    await page.keyboard.press('Alt+Shift+v');
    await expect.poll(desk.draft(y)).toEqual([0, 200, 400]);
    await page.keyboard.press('Alt+Shift+ArrowLeft');
    await expect.poll(desk.draft((graph) => Object.values(graph.layout).map(({ x }) => x))).toEqual([0, 0, 0]);
    await page.keyboard.press('t');
    const places = ({ layout: now }: Graph) => Object.values(now);
    const tidy = [0, 120, 240].map((down) => ({ x: 0, y: down }));
    await expect.poll(desk.draft(places)).toEqual(tidy);
    await page.keyboard.press('Control+z');
    await expect.poll(desk.draft(y)).toEqual([0, 200, 400]);
    await controls().getByRole('button', { name: 'Tidy up' }).click();
    await expect.poll(desk.draft(places)).toEqual(tidy);
  });

  test('arrows walk and move, a burst of moves is one step of undo', async () => {
    await desk.open(CHAIN);
    await builder.card('orders').click();
    await page.keyboard.press('ArrowDown');
    expect(await desk.focused()).toBe('large');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Alt+ArrowRight');
    await expect.poll(desk.draft((graph) => graph.layout['large'])).toEqual({ x: 48, y: 128 });
    await page.keyboard.press('Control+z');
    await expect.poll(desk.draft((graph) => graph.layout['large'])).toEqual({ x: 0, y: 128 });
    await builder.dragCard('large', { x: 80, y: 0 });
    await expect.poll(desk.draft((graph) => graph.layout['large']?.x)).toBeGreaterThanOrEqual(64);
  });

  test('the canvas is brought nearer and farther in steps, and back, by hand and by key', async () => {
    await desk.open(CHAIN);
    const zoom = controls().getByTitle('Show at 100 %');
    const press = (name: string) => controls().getByRole('button', { name }).click();
    const seen: string[] = [];
    const look = async () => seen.push((await zoom.innerText()).replaceAll(/\s/g, ''));
    for (const button of ['Zoom in', 'Zoom out', 'Zoom out']) await press(button).then(look);
    await zoom.click().then(look);
    await press('Zoom out').then(() => press('Fit').then(look));
    await builder.card('orders').focus();
    for (const key of ['+', '-', '-', '0', '=', 'f']) await page.keyboard.press(key).then(look);
    expect(seen).toEqual(['110%', '100%', '90%', '100%', '100%', '110%', '100%', '90%', '100%', '110%', '100%']);
  });

  test('notes are written, coloured, sized and kept', async () => {
    await desk.open(CHAIN);
    const at = await emptySpot();
    await page.mouse.move(at.x, at.y);
    await page.keyboard.press('n');
    await page.getByRole('textbox', { name: 'Text of the note' }).pressSequentially('Ask Jiwoo first');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Yellow' }).click();
    await page.locator('.vue-flow__node[data-id="note-1"]').focus();
    await page.keyboard.press('Alt+Shift+ArrowRight');
    await expect
      .poll(
        desk.draft(({ notes }) =>
          notes?.map(({ id, text, colour, width, height }) => ({ id, text, colour, width, height })),
        ),
      )
      .toEqual([{ id: 'note-1', text: 'Ask Jiwoo first', colour: 'yellow', width: 232, height: 96 }]);
    expect(await page.getByText('Draft · 3 changes').count()).toBe(1);
    await page.keyboard.press('Delete');
    await expect.poll(desk.draft(({ notes }) => notes)).toEqual(undefined);
    await controls().getByRole('button', { name: 'Add a note' }).click();
    await page.keyboard.type('By hand');
    const note = page.locator('[data-note="note-1"]');
    const corner = await middleOf(note.locator('.corner'));
    await builder.drag(corner, { x: corner.x + 24, y: corner.y + 24 });
    await expect
      .poll(desk.draft(({ notes }) => notes?.map(({ text, width, height }) => [text, width, height])))
      .toEqual([['By hand', 240, 120]]);
    await note.getByRole('button', { name: 'Remove the note' }).click();
    await expect.poll(desk.draft(({ notes }) => notes)).toEqual(undefined);
  });

  test('a step is found on the canvas by its name, by hand and by key, or by the map', async () => {
    const far = Object.fromEntries(['spring', 'summer', 'autumn'].map((id, at) => [id, { x: 300 * at, y: 4000 }]));
    const loose = Object.keys(far).map((id) => ({ ...file('prices'), id, title: `The ${id} list` }));
    await desk.open({ steps: [...CHAIN.steps, ...loose], layout: { ...CHAIN.layout, ...far } });
    const finder = page.getByTestId('find-on-canvas');
    await controls().getByRole('button', { name: 'Find on the canvas' }).click();
    await finder.getByRole('combobox').fill('autumn');
    await finder.getByText('1 step', { exact: true }).waitFor();
    await finder.getByRole('option').click();
    await waitFor(async () => ((await desk.focused()) === 'autumn' ? true : undefined));
    const [card, canvas] = [await boxOf(builder.card('autumn')), await boxOf(builder.canvas)];
    expect(card.x).toBeGreaterThan(canvas.x);
    expect(card.x + card.width).toBeLessThan(canvas.x + canvas.width);
    await finder.getByRole('button', { name: 'Close' }).click();
    const map = await boxOf(page.getByRole('group', { name: 'Map of the pipeline' }));
    await page.mouse.click(map.x + map.width / 2, map.y + 12);
    await builder.card('orders').waitFor();
    await page.keyboard.press('Control+f');
    await page.keyboard.type('spring');
    await page.keyboard.press('Enter');
    await waitFor(async () => ((await desk.focused()) === 'spring' ? true : undefined));
  });

  test('what is wrong is said on the card and at Publish before any run', async () => {
    await desk.open({ steps: [...CHAIN.steps, { id: 'tag', uses: 'core/tag' }] });
    await builder.card('tag').getByText('Choose: Tag').waitFor();
    const publish = page.getByRole('button', { name: 'Publish v1' });
    expect(await publish.getAttribute('aria-disabled')).toBe('true');
    expect(await publish.getAttribute('aria-description')).toBe('Tag has a problem');
    await page.keyboard.press('p');
    await waitFor(async () => ((await desk.focused()) === 'tag' ? true : undefined));
    await builder.card('orders').click();
    await page.getByRole('button', { name: '1 step has a problem' }).click();
    await waitFor(async () => ((await desk.focused()) === 'tag' ? true : undefined));
    await page.keyboard.press('Delete');
    await waitFor(async () => ((await publish.getAttribute('aria-disabled')) === null ? true : undefined));
    await publish.click();
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).click();
    await page.getByText('Same as live').waitFor();
    expect(await page.getByRole('button', { name: 'Publish v2' }).getAttribute('aria-description')).toBe(
      'The draft is the same as the live version',
    );
  });

  test('the keys are listed, and nothing keeps a reader of the screen out', async () => {
    await desk.open({
      steps: [...CHAIN.steps, { id: 'tag', uses: 'core/tag' }],
      notes: [{ id: 'note-1', text: 'Mind', x: 300, y: 0, width: 200, height: 80, colour: 'yellow' }],
    });
    await builder.card('large').click();
    await page.keyboard.press('Shift+ArrowDown');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page
      .getByRole('dialog', { name: 'Keys' })
      .getByText('Add a step after the chosen one, else where the pointer is')
      .waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await controls().getByRole('button', { name: 'Keys' }).click();
    await page.getByRole('dialog', { name: 'Keys' }).waitFor();
    expect(visit.errors).toEqual([]);
  });
});
