import {
  type AlertTrigger,
  type HookAddress,
  type HookAnswer,
  isRunOver,
  type Pipeline,
  type RunSummary,
  type Trigger,
} from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { send } from '../support/collected.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const MINUTE_MS = 60_000;

describe('what starts a pipeline is set up in the builder, and starts it', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let key: string;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('started-by')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    key = (await api.post<{ secret: string }>('/api/keys', { title: 'shop', scopes: ['write'] })).secret;
    await visit.signIn(pelton.url);
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  const dialog = () => page.getByRole('dialog', { name: 'What starts this pipeline' });
  const option = (name: string) => page.getByRole('option').filter({ hasText: name, visible: true }).first();

  /** A pipeline of the step Trigger, with the dialog open that says what starts it. */
  async function openTrigger(name: string): Promise<void> {
    await api.draft(name, [{ id: 'rows', uses: 'core/trigger' }]);
    await page.goto(`${pelton.url}/pipelines/${name}`);
    await page.getByRole('button', { name: 'By hand' }).click();
    await dialog().waitFor();
  }

  async function choose(label: string, name: string): Promise<void> {
    await dialog().getByLabel(label, { exact: true }).click();
    await option(name).click();
  }

  /** The same without a mouse. */
  async function typeChoice(label: string, name: string): Promise<void> {
    await dialog().getByLabel(label, { exact: true }).focus();
    await page.keyboard.type(name);
    await option(name).waitFor();
    await page.keyboard.press('Enter');
    await option(name).waitFor({ state: 'hidden' });
  }

  /** Keeps what the dialog says and publishes it by keys. @returns what the live version is started by */
  async function publish(name: string, words: string): Promise<Trigger | undefined> {
    await dialog().getByRole('button', { name: 'Keep' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: words }).waitFor();
    await page.getByRole('button', { name: 'Publish v1' }).and(page.locator(':not([aria-disabled])')).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('button', { name: 'Publish', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.getByText('v1 live since').waitFor();
    return (await api.get<Pipeline>(`/api/pipelines/${name}`)).trigger?.trigger;
  }

  /** The newest run, when there are so many, all of them over. */
  function newestOf(name: string, count: number, what: string): Promise<RunSummary> {
    return waitFor(
      async () => {
        const runs = await api.get<RunSummary[]>(`/api/runs?pipeline=${name}`);
        return runs.length === count && runs.every(isRunOver) ? runs[0] : undefined;
      },
      { what, mostMs: 100_000 },
    );
  }

  /** Orders of yesterday, the last day that is whole. */
  async function buy(users: readonly string[]): Promise<void> {
    const timestamp = new Date(new Date().setUTCHours(0, 0, 0, 0) - MINUTE_MS).toISOString();
    const batch = users.map((userId) => ({ type: 'track', event: 'Bought', userId, messageId: userId, timestamp }));
    expect((await send({ url: pelton.url, key }, '/v1/batch', { batch })).status).toBe(200);
  }

  const alert = async () => (await api.get<Pipeline>('/api/pipelines/alerted')).trigger?.alert;
  const card = (): Locator => new BuilderHand(page).card('rows');

  test('an alert, written by keys, begins to look', async () => {
    await buy(['ann']);
    await api.post('/api/metrics', { name: 'orders', title: 'Orders', template: 'count', params: { event: 'Bought' } });
    await openTrigger('alerted');
    await typeChoice('Started by', 'An alert');
    await typeChoice('Metric', 'Orders');
    await typeChoice('Is', 'above');
    await dialog().getByLabel('Threshold').fill('2');
    await typeChoice('Runs', 'By cron');
    await dialog().getByLabel('Cron').fill('* * * * *');
    expect(await seriousViolations(page)).toEqual([]);
    await visit.takePicture('alert');
    expect(await publish('alerted', 'Alert: Orders')).toEqual({
      kind: 'alert',
      metric: 'orders',
      grain: 'day',
      is: 'above',
      threshold: 2,
      look: { cron: '* * * * *', timezone: 'UTC' },
    } satisfies AlertTrigger);
  });

  test('a webhook starts a run with the rows that are posted to its address', async () => {
    await openTrigger('called');
    await choose('Started by', 'A webhook');
    await dialog().getByRole('button', { name: 'Add', exact: true }).click();
    await dialog().getByLabel('Column', { exact: true }).fill('user_id');
    await choose('Holds', 'text');
    await dialog().getByRole('button', { name: 'Make an address' }).click();
    const address = await dialog().locator('code').innerText();
    expect(await api.get<HookAddress>('/api/pipelines/called/hook')).toEqual({ address });
    expect(await seriousViolations(page)).toEqual([]);
    await visit.takePicture('webhook');
    expect(await publish('called', 'A webhook')).toEqual({
      kind: 'webhook',
      columns: [{ name: 'user_id', family: 'text' }],
    });
    await post(address, ['ann', 'bob']);
    expect(await newestOf('called', 1, 'a run by the webhook')).toMatchObject({
      state: 'done',
      cause: { kind: 'webhook' },
    });
    await page.reload();
    await card().getByText('2 rows').waitFor();
  });

  test('the end of a run starts another pipeline, which is told by keys', async () => {
    await openTrigger('follows');
    await typeChoice('Started by', 'Another pipeline');
    await typeChoice('Pipeline', 'called');
    expect(await publish('follows', 'After called')).toEqual({ kind: 'after', pipeline: 'called', on: 'done' });
    const { address } = await api.get<HookAddress>('/api/pipelines/called/hook');
    const run = await post(address ?? '', ['cleo']);
    expect(await newestOf('follows', 1, 'a run after the other')).toMatchObject({
      state: 'done',
      cause: { kind: 'pipeline', by: run },
    });
    await page.reload();
    await card().getByText('1 row').waitFor();
  });

  test('an event starts a run over those who did it', async () => {
    await openTrigger('bought');
    await choose('Started by', 'An event');
    await choose('Event', 'Bought');
    expect(await publish('bought', 'On Bought')).toMatchObject({ kind: 'event', event: 'Bought' });
    await waitFor(async () => (await alert()) ?? undefined, { what: 'the first look of the alert' });
    await buy(['bob', 'cleo']);
    expect(await newestOf('bought', 1, 'a run by the event')).toMatchObject({
      state: 'done',
      cause: { kind: 'event', by: 'Bought' },
    });
    await page.reload();
    await card().getByText('2 rows').waitFor();
  });

  test('the alert has seen that the metric went up', async () => {
    expect(await newestOf('alerted', 1, 'a run by the alert')).toMatchObject({
      state: 'done',
      cause: { kind: 'alert', by: 'orders' },
    });
    await expect.poll(alert).toMatchObject({ isOver: true, value: 3 });
    await page.goto(`${pelton.url}/pipelines/alerted`);
    await card().getByText('1 row').waitFor();
    expect(visit.errors).toEqual([]);
  });

  /** @returns the run that it starts */
  async function post(address: string, users: readonly string[]): Promise<string> {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(users.map((user_id) => ({ user_id }))),
    });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as HookAnswer).run; // the contract's answer
  }
});
