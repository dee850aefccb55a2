import type { Graph, Pipeline, Run, RunSummary, Waiting } from '@pelton/contract';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import type { BuilderHand } from '../support/builder-hand.js';
import { CanvasDesk } from '../support/canvas-desk.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { CHAIN, file } from '../support/small-graph.js';
import { type SourceHttp, startHttp } from '../support/source-http.js';
import { connect } from '../support/syncing.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const sql = (id: string, query: string): StepInput => ({ id, uses: 'core/sql', with: { query } });
const people = sql('people', "SELECT arrayJoin(['ada', 'bob', 'eve']) AS user_id");
const single = (id: string, from: string): StepInput => ({
  id,
  uses: 'core/deduplicate',
  with: { keys: ['user_id'] },
  inputs: { rows: from },
});
const wait: StepInput = {
  id: 'wait',
  uses: 'core/wait',
  with: { amount: 1, unit: 'weeks' },
  inputs: { users: 'people' },
};
/** Reads an API that does not answer: its run goes on until somebody ends it. */
const stuck: StepInput = { id: 'stuck', uses: 'http/read', with: { connection: 'silent', stream: 'orders' } };

describe('what is done with a step where it lies', () => {
  let pelton: Pelton;
  let silent: SourceHttp;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let desk: CanvasDesk;
  let builder: BuilderHand;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('step-menu')]);
    api = await Api.signIn(pelton.url);
    silent = await startHttp(() => undefined);
    await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
    await api.upload({ name: 'orders.csv', content: 'user_id,amount\nada,2\nbob,1\n' });
    await connect(api, { name: 'silent', uses: 'http', config: { url: silent.url, allowPrivate: true } });
    ({ page } = visit);
    desk = new CanvasDesk(page, api, pelton.url);
    ({ builder } = desk);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await visit.signIn(pelton.url);
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    await silent.stop();
    removeDataDir(pelton.dataDir);
  });

  async function open(name: string, steps: StepInput[]): Promise<void> {
    await api.post('/api/pipelines', { name, title: name, graph: { steps, layout: {} } });
    await page.goto(`${pelton.url}/pipelines/${name}`);
    await builder.card(steps[0]?.id ?? '').waitFor();
  }

  const item = (name: string) => page.getByRole('menuitem', { name, exact: true });
  const inputsOf = ({ steps }: Graph) => Object.fromEntries(steps.map(({ id, inputs }) => [id, inputs]));
  /** The draft once it has these wires. */
  const draftOf = async (name: string) => inputsOf((await api.get<Pipeline>(`/api/pipelines/${name}`)).draft);
  const newestOf = async (name: string) => {
    const [newest] = await api.get<RunSummary[]>(`/api/runs?pipeline=${name}&limit=1`);
    return newest && api.get<Run>(`/api/runs/${newest.id}`);
  };

  test('the other button of the mouse offers what the panel offers, and the panel stays away', async () => {
    await open('menu', [people, single('once', 'people'), single('twice', 'once')]);
    await builder.card('once').click({ button: 'right' });
    await item('Run from here').waitFor();
    expect(await page.getByRole('menuitem').allInnerTexts()).toEqual([
      'Run this step',
      'Run from here',
      'Duplicate',
      'Copy',
      'Delete and join neighbours',
      'Delete with its wires',
    ]);
    expect(await builder.panel.count()).toBe(0);
    expect(await seriousViolations(page)).toEqual([]);
    await item('Delete and join neighbours').click();
    await expect.poll(() => draftOf('menu')).toEqual({ people: {}, twice: { rows: 'people' } });
  });

  test('keys open it too, Escape gives the step the focus back, and copying works as by key', async () => {
    await builder.card('twice').click({ button: 'right' });
    await item('Copy').waitFor();
    await page.keyboard.press('Escape');
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute('data-id'));
    await waitFor(async () => ((await focused()) === 'twice' ? true : undefined));
    await page.keyboard.press('Shift+F10');
    await item('Copy').click();
    await page.getByText('1 step copied').waitFor();
    expect(JSON.parse(await page.evaluate(() => navigator.clipboard.readText()))).toMatchObject({
      steps: [{ id: 'twice', uses: 'core/deduplicate' }],
    });
    await page.locator('.vue-flow__node[data-id="twice"]').focus();
    await page.keyboard.press('Shift+F10');
    await builder.pickByKey('Duplicate');
    const doubled = { people: {}, twice: { rows: 'people' }, deduplicate: { rows: 'people' } };
    await expect.poll(() => draftOf('menu')).toEqual(doubled);
    await builder.card('twice').click({ button: 'right' });
    await item('Delete with its wires').click();
    await expect.poll(() => draftOf('menu')).toEqual({ people: {}, deduplicate: { rows: 'people' } });
  });

  test('steps travel over the clipboard to another pipeline, and what cannot be pasted says why', async () => {
    await desk.open(CHAIN);
    await builder.card('large').click();
    await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Control+c');
    await page.keyboard.press('Control+d');
    await expect.poll(desk.wires).toEqual({
      orders: {},
      large: { rows: 'orders' },
      larger: { rows: 'large' },
      filter: { rows: 'orders' },
      filter_2: { rows: 'filter' },
    });
    await desk.open({ steps: [file('orders')] });
    await page.keyboard.press('Control+v');
    await expect.poll(desk.wires).toEqual({ orders: {}, filter: {}, filter_2: { rows: 'filter' } });
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

  test('what is cut goes into a pipeline of another project, as JSON', async () => {
    await desk.open(CHAIN);
    await builder.card('larger').click();
    await page.keyboard.press('Control+x');
    await expect.poll(desk.wires).toEqual({ orders: {}, large: { rows: 'orders' } });
    await page.goto(`${pelton.url}/pipelines`);
    await page.getByRole('button', { name: /^Project / }).click();
    await page.getByRole('menuitem', { name: 'New project' }).last().click();
    await page.getByRole('dialog').getByLabel('Title').fill('Elsewhere');
    await page.getByRole('dialog').getByRole('button', { name: 'Create project' }).click();
    await page.getByRole('button', { name: 'Project Elsewhere' }).waitFor();
    await page.goto(`${pelton.url}/pipelines`);
    await page.getByRole('button', { name: 'New pipeline' }).click();
    await page.getByLabel('Title').fill('Copies');
    await page.keyboard.press('Enter');
    await page.getByText('Begin with a source').waitFor();
    await builder.canvas.click();
    await page.keyboard.press('Control+v');
    await builder.card('filter').getByText('amount is more than 1').waitFor();
    await page.goto(`${pelton.url}/pipelines`);
    await page.getByRole('button', { name: 'Project Elsewhere' }).click();
    await page.getByRole('menuitem').first().click();
    await page.getByRole('button', { name: 'Project Elsewhere' }).waitFor({ state: 'detached' });
  });

  test('a step is run from its menu, alone and with all after it', async () => {
    await api.draft('parts', [file('orders'), single('once', 'orders'), single('twice', 'once')]);
    await api.run('parts', { draft: true }); // a part goes on from what came before
    await page.goto(`${pelton.url}/pipelines/parts`);
    const runFromMenu = async (name: string): Promise<Run> => {
      await builder.card('once').click({ button: 'right' });
      const answered = page.waitForResponse(
        (answer) => answer.request().method() === 'POST' && answer.url().endsWith('/runs'),
      );
      await item(name).click();
      const started = (await (await answered).json()) as Run; // the contract's answer
      return api.finished(started.id);
    };
    const told = ({ state, steps }: Run) => ({ state, steps: steps.map(({ id }) => id) });
    expect(told(await runFromMenu('Run this step'))).toEqual({
      state: 'done',
      steps: ['orders', 'once'],
    });
    expect(told(await runFromMenu('Run from here'))).toEqual({
      state: 'done',
      steps: ['orders', 'once', 'twice'],
    });
  });

  test('a run is paused, goes on, and is ended from the bar', async () => {
    await open('pauses', [stuck]);
    await page.getByRole('button', { name: 'Run draft' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.locator('[data-run-state="paused"]').waitFor();
    expect((await newestOf('pauses'))?.state).toBe('paused');
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await page.locator('[data-run-state="running"]').waitFor();
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await page.locator('[data-run-state="cancelled"]').waitFor();
    expect((await newestOf('pauses'))?.state).toBe('cancelled');
  });

  test('the same by keys, which begin the run as well', async () => {
    const pressed = async (name: string) => {
      await page.getByRole('button', { name, exact: true }).focus();
      await page.keyboard.press('Enter');
    };
    await page.keyboard.press('Control+Enter');
    await page.locator('[data-run-state="running"]').waitFor();
    await pressed('Pause');
    await page.locator('[data-run-state="paused"]').waitFor();
    await pressed('Resume');
    await page.locator('[data-run-state="running"]').waitFor();
    await pressed('Cancel run');
    await page.locator('[data-run-state="cancelled"]').waitFor();
    const runs = await api.get<RunSummary[]>('/api/runs?pipeline=pauses');
    expect(runs.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
  });

  test('on a phone too a run is paused, goes on, and is ended', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    const told = (state: string) => page.getByRole('link', { name: state }).getByText('Draft').waitFor();
    await page.getByRole('button', { name: 'Run draft' }).click();
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await told('Paused');
    expect((await newestOf('pauses'))?.state).toBe('paused');
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await told('0 of 1 done');
    expect((await newestOf('pauses'))?.state).toBe('running');
    await page.getByRole('button', { name: 'Cancel run' }).click();
    await told('Cancelled');
    expect((await newestOf('pauses'))?.state).toBe('cancelled');
    expect(await seriousViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  test('a run shows how users part at a branch, as counts or as shares, chosen by keys', async () => {
    const condition = { combinator: 'and', rules: [{ field: 'user_id', operator: '=', value: 'ada' }] };
    const branch = { id: 'branch', uses: 'core/branch', with: { branches: [{ name: 'first', condition }] } };
    await open('parted', [people, { ...branch, inputs: { rows: 'people' } }]);
    await page.keyboard.press('Alt+r');
    await page.locator('[data-run-state="done"]').waitFor({ timeout: 60_000 });
    await builder
      .card('branch')
      .getByText(/^\d+ ms$|^\d+(\.\d+)? s$/)
      .waitFor();
    const ports = async () =>
      (await builder.canvas.locator('.plabel.out').allInnerTexts()).map((told) => told.replaceAll(/\s/g, ' '));
    expect(await ports()).toEqual(['first 1', 'Else 2']);
    await page.getByRole('button', { name: '%', exact: true }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(ports).toEqual(['first 33.3 %', 'Else 66.7 %']);
    expect(await seriousViolations(page)).toEqual([]);
    await page.getByRole('button', { name: '123', exact: true }).click();
    await expect.poll(ports).toEqual(['first 1', 'Else 2']);
  });

  test('a step that keeps users says how many wait', async () => {
    await api.publish('journey', [people, wait]);
    await api.run('journey');
    expect((await api.get<Waiting>('/api/pipelines/journey/waiting')).users).toBe(3);
    await page.goto(`${pelton.url}/pipelines/journey`);
    const mark = (words: string) => builder.card('wait').getByRole('img', { name: words });
    await mark('3 people wait here.').waitFor();
    await api.put('/api/pipelines/journey/waiting/hold', { isHeld: true });
    await page.reload();
    await mark('3 people wait here. The pipeline is held.').waitFor();
  });

  test('the trigger is rested and let go on beside what it says', async () => {
    await api.post('/api/pipelines', {
      name: 'daily',
      title: 'Daily',
      graph: {
        steps: [people],
        layout: {},
        trigger: { kind: 'schedule', cron: '0 6 * * *', timezone: 'UTC', missed: 'skip' },
      },
    });
    await api.post('/api/pipelines/daily/publish', {});
    await page.goto(`${pelton.url}/pipelines/daily`);
    await page.getByRole('button', { name: 'Pause the trigger' }).click();
    await page.getByRole('button', { name: 'Resume the trigger' }).waitFor();
    const isPaused = async () => (await api.get<Pipeline>('/api/pipelines/daily')).trigger?.isPaused;
    expect(await isPaused()).toBe(true);
    await page.getByRole('button', { name: 'Resume the trigger' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Pause the trigger' }).waitFor();
    expect(await isPaused()).toBe(false);
  });
});
