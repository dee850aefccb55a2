import type { Graph, Pipeline, StepType } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { boxOf, BuilderHand } from '../support/builder-hand.js';
import { seriousViolations } from '../support/page-looks.js';
import { ADMIN, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const file = (id: string): StepInput => ({
  id,
  uses: 'file/read',
  with: { connection: 'files', stream: `${id}.csv` },
});
const filter = (id: string, from: string): StepInput => ({
  id,
  uses: 'core/filter',
  with: { condition: { combinator: 'and', rules: [{ field: 'amount', operator: '>', value: 1 }] } },
  inputs: { rows: from },
});
const chain = [file('orders'), filter('large', 'orders'), filter('larger', 'large')];
/** How long a poll asks until the draft is as expected. */
const PATIENT = { timeout: 20_000 };
const layout = { orders: { x: 0, y: 0 }, large: { x: 0, y: 128 }, larger: { x: 0, y: 256 } };

describe('the canvas of the builder', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;
  let number = 0;
  let name = '';

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('builder')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    builder = new BuilderHand(page);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({ name: 'orders.csv', content: 'sku,amount\ntea,2\nmug,1\n' });
    await api.upload({ name: 'prices.csv', content: 'product,amount\ntea,a\n' });
    await page.goto(pelton.url);
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Items', exact: true }).waitFor();
    visit.errors.length = 0; // that nobody was signed in at first
  });
  beforeEach(() => {
    number += 1;
    name = `canvas-${number}`;
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  /** Opens a new pipeline of these steps and waits until its columns are known. */
  async function open(graph: { steps: StepInput[] } & Partial<Omit<Graph, 'steps'>>, known = 'larger'): Promise<void> {
    await api.post('/api/pipelines', { name, title: name, graph: { layout, ...graph } });
    await page.goto(`${pelton.url}/pipelines/${name}`);
    await builder.card(known).waitFor();
    await settled();
  }

  /** Once the draft is checked. */
  async function settled(): Promise<void> {
    await page
      .getByRole('button', { name: 'Publish v1' })
      .and(page.locator(':not([aria-description="Checking the draft"])'))
      .waitFor();
    await page
      .getByText('Same as live')
      .or(page.getByText(/^Draft · /))
      .waitFor();
  }

  /** The draft once all of it is saved. */
  async function saved(): Promise<Graph> {
    await page.keyboard.press('Control+s');
    await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
    return (await api.get<Pipeline>(`/api/pipelines/${name}`)).draft;
  }

  /** Reads something of the saved draft, for a poll. */
  const draft =
    <T>(read: (graph: Graph) => T) =>
    async () =>
      read(await saved());

  const inputsOf = (graph: Graph) => Object.fromEntries(graph.steps.map(({ id, inputs }) => [id, inputs]));
  const quick = (): Locator => page.getByTestId('quick-add');
  const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-id'));
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
    await open({ steps: chain });
    const palette = page.getByRole('complementary', { name: 'Steps' });
    await palette
      .getByRole('button', { name: /^Databases/ })
      .first()
      .click();
    await palette.locator('[data-uses="postgres/read"]').waitFor();
    await palette
      .getByRole('button', { name: /^Databases/ })
      .first()
      .click();
    expect(await palette.locator('[data-uses="postgres/read"]').count()).toBe(0);
    await page.keyboard.press('/');
    await page.keyboard.type('rows turn');
    await page.keyboard.press('Control+a');
    await page.keyboard.type('sort');
    await page.keyboard.press('Enter');
    await builder.card('sort').waitFor();
    await page.keyboard.press('Escape');
    expect(await palette.locator('[data-uses]').first().getAttribute('data-uses')).toBe('core/sort');
  });

  test('a step found by a few letters is put where the pointer is, and another beside it', async () => {
    await open({ steps: chain });
    const at = await emptySpot();
    await page.mouse.move(at.x, at.y);
    await page.keyboard.press('Control+k');
    await quick().getByRole('combobox').pressSequentially('sample');
    await page.keyboard.press('Shift+Enter');
    await builder.card('sample').waitFor();
    await quick().getByRole('combobox').fill('sort');
    await page.keyboard.press('Enter');
    await builder.card('sort').waitFor();
    expect(await quick().count()).toBe(0);
    const { layout: places } = await saved();
    expect(places['sort']?.x).toBe((places['sample']?.x ?? 0) + 240);
  });

  test('a wire let go over nothing offers what fits that port, and joins it', async () => {
    await open({ steps: chain });
    const at = await emptySpot();
    await builder.letGoWire('larger.rows', at);
    await quick().waitFor();
    expect(await quick().getByText('Add after').innerText()).toBe('Add after Filter');
    expect(await quick().locator('[data-option="file/read"]').count()).toBe(0);
    await quick().getByRole('combobox').fill('sort');
    await page.keyboard.press('Enter');
    await expect.poll(draft(inputsOf), PATIENT).toEqual({
      orders: {},
      large: { rows: 'orders' },
      larger: { rows: 'large' },
      sort: { rows: 'larger' },
    });
  });

  test('a step dropped on a wire goes between; by key too', async () => {
    await open({ steps: chain });
    const wire = await builder.middleOfWire('larger:rows');
    const { x, y } = await boxOf(builder.canvas);
    await builder.dragToCanvas('core/sort', { x: wire.x - x, y: wire.y - y });
    await expect.poll(draft(inputsOf), PATIENT).toEqual({
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
    await expect
      .poll(
        draft((graph) => inputsOf(graph)['sample']),
        PATIENT,
      )
      .toEqual({ rows: 'orders' });
    expect(inputsOf(await saved())['large']).toEqual({ rows: 'sample' });
  });

  test('deleting joins the neighbours, with Shift it takes the wires along, and undo brings all back', async () => {
    await open({ steps: chain });
    await builder.card('large').click();
    await page.keyboard.press('Delete');
    await expect.poll(draft(inputsOf), PATIENT).toEqual({ orders: {}, larger: { rows: 'orders' } });
    await page.keyboard.press('Control+z');
    await expect
      .poll(draft(inputsOf), PATIENT)
      .toEqual({ orders: {}, large: { rows: 'orders' }, larger: { rows: 'large' } });
    await builder.card('large').click();
    await page.keyboard.press('Shift+Delete');
    await expect.poll(draft(inputsOf), PATIENT).toEqual({ orders: {}, larger: {} });
    await page.keyboard.press('Control+z');
    await page.keyboard.press('Control+Shift+z');
    await expect.poll(draft(inputsOf), PATIENT).toEqual({ orders: {}, larger: {} });
  });

  test('steps travel over the clipboard to another pipeline, and what cannot be pasted says why', async () => {
    await open({ steps: chain });
    await builder.card('large').click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+d');
    await expect.poll(draft(inputsOf), PATIENT).toEqual({
      orders: {},
      large: { rows: 'orders' },
      larger: { rows: 'large' },
      filter: { rows: 'orders' },
      filter_2: { rows: 'filter' },
    });
    name = `${name}-other`;
    await open({ steps: [file('orders')] }, 'orders');
    await page.keyboard.press('Control+v');
    await expect.poll(draft(inputsOf), PATIENT).toEqual({ orders: {}, filter: {}, filter_2: { rows: 'filter' } });
    const pasteText = async (text: string) => {
      await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
      await page.keyboard.press('Control+v');
    };
    await pasteText('SELECT 1');
    await page.getByText('What is on the clipboard is not JSON').waitFor();
    await pasteText('{"steps":[{"id":"a"}]}');
    await page.getByText('Nothing was pasted. steps.0.uses').waitFor();
    await pasteText('{"steps":[{"id":"a","uses":"other/read"}]}');
    await page.getByText('Pasted, but not known here: other/read').waitFor();
  });

  test('several steps are chosen with a box, lined up, spread and tidied', async () => {
    await open({
      steps: chain,
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
    await bar.getByRole('button', { name: 'Same gaps down' }).click();
    await expect
      .poll(
        draft((graph) => Object.values(graph.layout).map(({ y }) => y)),
        PATIENT,
      )
      .toEqual([0, 200, 400]);
    await page.keyboard.press('Escape');
    await builder.card('large').click();
    await page.keyboard.press('Shift+ArrowDown');
    await bar.getByText('2 chosen').waitFor();
    await page.keyboard.press('Control+a');
    await bar.getByText('3 chosen').waitFor();
    await page.keyboard.press('Alt+Shift+ArrowLeft');
    await expect
      .poll(
        draft((graph) => Object.values(graph.layout).map(({ x }) => x)),
        PATIENT,
      )
      .toEqual([0, 0, 0]);
    await page.keyboard.press('t');
    await expect
      .poll(
        draft((graph) => Object.values(graph.layout)),
        PATIENT,
      )
      .toEqual([
        { x: 0, y: 0 },
        { x: 0, y: 120 },
        { x: 0, y: 240 },
      ]);
    await page.keyboard.press('Control+z');
    await expect
      .poll(
        draft((graph) => Object.values(graph.layout).map(({ y }) => y)),
        PATIENT,
      )
      .toEqual([0, 200, 400]);
  });

  test('arrows walk and move, a burst of moves is one step of undo', async () => {
    await open({ steps: chain });
    await builder.card('orders').click();
    await page.keyboard.press('ArrowDown');
    expect(await focused()).toBe('large');
    for (let press = 0; press < 3; press += 1) await page.keyboard.press('Alt+ArrowRight');
    await expect
      .poll(
        draft((graph) => graph.layout['large']),
        PATIENT,
      )
      .toEqual({ x: 48, y: 128 });
    await page.keyboard.press('Control+z');
    await expect
      .poll(
        draft((graph) => graph.layout['large']),
        PATIENT,
      )
      .toEqual({ x: 0, y: 128 });
  });

  test('notes are written, coloured, sized and kept', async () => {
    await open({ steps: chain });
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
        draft(({ notes }) =>
          notes?.map(({ id, text, colour, width, height }) => ({ id, text, colour, width, height })),
        ),
        PATIENT,
      )
      .toEqual([{ id: 'note-1', text: 'Ask Jiwoo first', colour: 'yellow', width: 232, height: 96 }]);
    expect(await page.getByText('Draft · 3 changes').count()).toBe(1);
    await page.keyboard.press('Delete');
    await expect
      .poll(
        draft(({ notes }) => notes),
        PATIENT,
      )
      .toEqual(undefined);
  });

  test('a step is found on the canvas and shown', async () => {
    await open({ steps: [...chain, file('prices')], layout: { ...layout, prices: { x: 800, y: 4000 } } });
    await page.getByRole('button', { name: 'Find on the canvas' }).click();
    await page.getByTestId('find-on-canvas').getByRole('combobox').fill('prices');
    await page.getByTestId('find-on-canvas').getByText('1 step', { exact: true }).waitFor();
    await page.keyboard.press('Enter');
    await waitFor(async () => ((await focused()) === 'prices' ? true : undefined));
    const [card, canvas] = [await boxOf(builder.card('prices')), await boxOf(builder.canvas)];
    expect(card.x).toBeGreaterThan(canvas.x);
    expect(card.x + card.width).toBeLessThan(canvas.x + canvas.width);
  });

  test('a wire that does not fit says why while it is drawn', async () => {
    await open(
      {
        steps: [file('orders'), file('prices'), { id: 'union', uses: 'core/union', inputs: { first: 'orders' } }],
        layout: { orders: { x: 0, y: 0 }, prices: { x: 300, y: 0 }, union: { x: 0, y: 240 } },
      },
      'union',
    );
    await builder.card('prices').getByText('prices.csv').waitFor();
    await builder.holdWire('prices.rows', 'union.second');
    const reason = page.getByTestId('drawing-reason');
    await reason.getByText('amount is text from File and number at First.').waitFor();
    await page.mouse.up();
    await builder.refusal.getByText('This wire does not fit').waitFor();
    expect(inputsOf(await saved())['union']).toEqual({ first: 'orders' });
  });

  test('a wire tells its columns under the pointer', async () => {
    await open({ steps: chain });
    const { x, y } = await builder.middleOfWire('larger:rows');
    await page.mouse.move(x, y);
    const tip = page.getByTestId('wire-columns');
    await tip.getByText('sku').waitFor();
    expect((await tip.innerText()).split('\n').filter(Boolean).slice(1)).toEqual(['sku', 'text', 'amount', 'number']);
  });

  test('what is wrong is said on the card and at Publish before any run', async () => {
    await open({ steps: [...chain, { id: 'tag', uses: 'core/tag' }] });
    await builder.card('tag').getByText('Choose: Tag').waitFor();
    const publish = page.getByRole('button', { name: 'Publish v1' });
    expect(await publish.getAttribute('aria-disabled')).toBe('true');
    expect(await publish.getAttribute('aria-description')).toBe('Tag has a problem');
    await page.keyboard.press('p');
    await waitFor(async () => ((await focused()) === 'tag' ? true : undefined));
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
    await open({
      steps: [...chain, { id: 'tag', uses: 'core/tag' }],
      notes: [{ id: 'note-1', text: 'Mind', x: 300, y: 0, width: 200, height: 80, colour: 'yellow' }],
    });
    await builder.card('large').click();
    await page.keyboard.press('Shift+ArrowDown');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Control+k');
    expect(await seriousViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keys' }).getByText('Add a step where the pointer is').waitFor();
    expect(await seriousViolations(page)).toEqual([]);
    expect(visit.errors).toEqual([]);
  });
});
