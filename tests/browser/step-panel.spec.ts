import type { Pipeline, PinSummary } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const ROWS = 2_000;
const CSV = `sku,amount,shop,day\n${Array.from(
  { length: ROWS },
  (_, at) => `s${at},${at % 100},${at % 4 === 0 ? 'Lyon' : 'Nice'},2026-01-${String((at % 28) + 1).padStart(2, '0')}`,
).join('\n')}\n`;

describe('the panel of a step', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('step-panel')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    builder = new BuilderHand(page);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({ name: 'orders.csv', content: CSV });
    await api.draft('orders', [
      { id: 'orders', uses: 'file/read', title: 'Orders', with: { connection: 'files', stream: 'orders.csv' } },
      {
        id: 'some',
        uses: 'core/filter',
        title: 'Some',
        inputs: { rows: 'orders' },
        with: { condition: { combinator: 'and', rules: [{ field: 'shop', operator: '=', value: 'Lyon' }] } },
      },
      {
        id: 'twice',
        uses: 'core/formula',
        title: 'Twice',
        inputs: { rows: 'some' },
        with: { columns: [{ name: 'twice', formula: 'amount * 2' }] },
      },
      {
        id: 'asked',
        uses: 'core/sql',
        title: 'Asked',
        inputs: { rows: 'some' },
        with: { query: 'SELECT sku FROM input' },
      },
      {
        id: 'wide',
        uses: 'core/pivot',
        title: 'Wide',
        inputs: { rows: 'orders' },
        with: { names: 'shop', values: ['Lyon'], measure: 'count' },
      },
    ]);
    await api.run('orders', { draft: true });
    await visit.signIn(pelton.url);
    await page.goto(`${pelton.url}/pipelines/orders`);
    await builder.card('some').getByText('500 rows').waitFor();
  }, 120_000);
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  const tab = (name: string) => builder.panel.getByRole('tab', { name });
  const stepOf = async (id: string) =>
    (await api.get<Pipeline>('/api/pipelines/orders')).draft.steps.find((step) => step.id === id);

  /** Waits until the draft is saved with something in it. */
  async function saved(id: string, part: string): Promise<void> {
    await waitFor(async () => JSON.stringify((await stepOf(id))?.with).includes(part));
  }

  async function open(step: string): Promise<void> {
    await page.keyboard.press('Escape');
    await builder.card(step).click();
  }

  async function press(button: Locator): Promise<void> {
    await button.focus();
    await page.keyboard.press('Enter');
  }

  /** The editor of a field, with nothing in it. */
  async function emptied(label: string): Promise<Locator> {
    const editor = builder.panel.getByRole('textbox', { name: label, exact: true });
    await editor.click();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    return editor;
  }

  test('its tabs are walked by keys', async () => {
    await open('some');
    await tab('Output').focus();
    await page.keyboard.press('ArrowLeft');
    await builder.panel
      .getByRole('tabpanel', { name: 'Input' })
      .getByRole('cell', { name: 's0', exact: true })
      .waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await builder.panel.getByRole('tabpanel', { name: 'SQL' }).getByText('WHERE').first().waitFor();
    await page.keyboard.press('ArrowRight');
    expect(await tab('Runs').getAttribute('aria-selected')).toBe('true');
    await tab('Output').click();
  });

  test('all rows are profiled by the warehouse, by keyboard', async () => {
    await open('orders');
    await builder.panel.getByText('2,000 rows').waitFor();
    await press(builder.panel.getByRole('button', { name: 'Profile all rows' }));
    await builder.panel.getByText('profile of all rows').waitFor();
    await builder.panel.getByText('2,000 distinct').waitFor();
    const profile = await builder.panel.locator('tr.p').innerText();
    expect(profile).toContain('Nice\n75');
    expect(profile).toMatch(/min 0\s+median \d+(\.\d)?\s+max 99/);
    expect(await builder.panel.locator('tr.p svg').first().locator('rect').count()).toBeGreaterThan(4);
    await visit.takePicture('profile');
    expect(await seriousViolations(page)).toEqual([]);
    await open('some');
    await builder.panel.getByRole('button', { name: 'Profile all rows' }).click();
    await builder.panel.getByText('profile of all rows').waitFor();
  });

  test('a condition offers values that are there, with how often they stand', async () => {
    await open('some');
    const value = builder.panel.getByLabel('Value', { exact: true });
    await value.fill('');
    await page.getByRole('option', { name: 'Nice 1,500' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await value.inputValue()).toBe('Nice');
    await visit.takePicture('condition');
    await saved('some', 'Nice');
  });

  test('a formula is completed and its mistake is marked where it is', async () => {
    await open('twice');
    await emptied('Formula');
    await page.keyboard.type('roun', { delay: 30 });
    await page.locator('.cm-tooltip-autocomplete li', { hasText: /^round\(x/ }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.type('amo', { delay: 30 });
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'amount' }).waitFor();
    await visit.takePicture('formula');
    await page.keyboard.press('Tab');
    await saved('twice', 'round(amount)');
    await page.keyboard.press('End');
    await page.keyboard.type(' + prize');
    await page.keyboard.press('Escape'); // closes completions, not the panel
    const mark = builder.panel.locator('.cm-lintRange-error');
    await mark.waitFor();
    expect(await mark.innerText()).toBe('prize');
    await visit.takePicture('formula mistake');
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('SQL knows what arrives, and its mistake is marked', async () => {
    await open('asked');
    await emptied('SQL');
    await page.keyboard.type('SELECT sh', { delay: 30 });
    await page.locator('.cm-tooltip-autocomplete li', { hasText: 'shop' }).first().waitFor();
    await visit.takePicture('sql');
    await page.keyboard.press('Tab');
    await page.keyboard.type(' a b FROM input', { delay: 10 });
    const mark = builder.panel.locator('.cm-lintRange-error');
    await mark.waitFor();
    expect(await mark.innerText()).toBe('b');
    await tab('SQL').click();
    await builder.panel.getByRole('button', { name: 'Copy' }).waitFor();
    await builder.panel.getByText('FROM input').last().waitFor();
  });

  test('a pivot takes the values that were seen', async () => {
    await open('wide');
    await builder.panel.getByRole('button', { name: 'Add 1 seen value' }).click();
    await saved('wide', '"Nice"');
    expect((await stepOf('wide'))?.with).toMatchObject({ values: ['Lyon', 'Nice'] });
    await visit.takePicture('pivot');
  });

  test('a pinned step does not run in a draft, and its card says so', async () => {
    await open('orders');
    await tab('Output').click();
    await press(builder.panel.getByRole('button', { name: 'Pin these rows' }));
    await builder.panel.getByText('1,000 rows pinned by').waitFor();
    await builder.card('orders').getByRole('img', { name: 'Pinned' }).waitFor();
    expect((await api.get<PinSummary[]>('/api/pipelines/orders/pins')).map(({ step, rows }) => [step, rows])).toEqual([
      ['orders', { rows: 1_000 }],
    ]);
    const run = await api.run('orders', { draft: true });
    expect(run.steps.filter(({ pinned }) => pinned).map(({ id, rows }) => [id, rows])).toEqual([
      ['orders', { rows: 1_000 }],
    ]);
    await visit.takePicture('pinned');
    expect(await seriousViolations(page)).toEqual([]);
    const button = (name: string) => builder.panel.getByRole('button', { name });
    await button('Unpin').click();
    await button('Pin these rows').click();
    await press(button('Unpin'));
    await button('Pin these rows').waitFor();
    expect(await api.get('/api/pipelines/orders/pins')).toEqual([]);
  });

  test('the last runs of the step stand in the panel, and a past run is shown with its own graph', async () => {
    await page.reload();
    await builder.card('orders').getByText('1,000 rows').waitFor();
    await open('twice');
    await tab('Runs').focus();
    await tab('Runs').click();
    const rows = builder.panel.getByRole('row').filter({ hasText: 'Draft run' });
    await rows.last().waitFor();
    expect(await rows.count()).toBe(2);
    await press(rows.last().getByRole('button', { name: 'Draft run' }));
    await page.getByText('Past run', { exact: true }).waitFor();
    await builder.card('orders').getByText('2,000 rows').waitFor();
    expect(await builder.panel.getByRole('textbox', { name: 'Formula' }).innerText()).toBe('amount * 2');
    await visit.takePicture('replay');
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: '%', exact: true }).click();
    await builder.card('some').getByText('25 % of rows in').waitFor();
    await press(page.getByRole('button', { name: '123', exact: true }));
    await page.keyboard.press('Escape');
    await builder.card('orders').getByText('1,000 rows').waitFor();
    expect(await page.getByText('Past run', { exact: true }).count()).toBe(0);
  });

  test('the history lists the runs of the pipeline, and shows one again, by hand and by keys', async () => {
    const runs = page.getByRole('menuitem', { name: /Draft run/ });
    const history = page.getByRole('button', { name: 'Runs of this pipeline' });
    await history.click();
    await runs.last().click();
    await builder.card('orders').getByText('2,000 rows').waitFor();
    await page.getByRole('button', { name: 'Back to the draft' }).click();
    await builder.card('orders').getByText('1,000 rows').waitFor();
    await press(history);
    await runs.first().waitFor();
    expect(await runs.count()).toBe(2);
    await visit.takePicture('history');
    await press(runs.last());
    await page.getByText('Past run', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByText('Past run', { exact: true }).waitFor({ state: 'hidden' });
  });

  test('a condition is told from the run, in days of the project', async () => {
    await open('some');
    await builder.panel.getByRole('button', { name: 'Add rule' }).click();
    const rule = builder.panel.getByRole('group', { name: /^Rule about/ }).last();
    const choose = async (label: string, option: string) => {
      await rule.getByLabel(label, { exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('option', { name: option, exact: true }).filter({ visible: true }).click();
    };
    await choose('Field', 'day');
    await choose('Comparison', 'is');
    await choose('Stretch of time', 'in the next');
    await rule.getByLabel('How many').fill('2');
    await page.keyboard.press('Tab');
    await choose('Unit', 'weeks');
    await saved('some', '"next"');
    await builder.card('some').getByText('day is in the next 2 weeks').waitFor();
    expect((await stepOf('some'))?.with).toMatchObject({
      condition: { rules: [{}, { field: 'day', operator: 'during', value: { kind: 'next', count: 2, unit: 'week' } }] },
    });
    expect(await seriousViolations(page)).toEqual([]);
    await visit.takePicture('relative time');
  });

  test.each([
    ['light', 1440],
    ['dark', 1440],
    ['dark', 1024],
  ] as const)('it can be used by everybody: %s, %i wide', async (colorScheme, width) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width, height: 900 });
    for (const step of ['asked', 'some']) {
      await open(step);
      expect(await seriousViolations(page)).toEqual([]);
      await visit.takePicture(`${step} ${colorScheme} ${width}`);
    }
  });

  test('nothing went wrong unseen', () => {
    expect(visit.errors).toEqual([]);
  });
});
