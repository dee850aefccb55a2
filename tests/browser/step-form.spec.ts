import type { Metric, Pipeline } from '@pelton/contract';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { BuilderHand } from '../support/builder-hand.js';
import { send } from '../support/collected.js';
import { seriousViolations } from '../support/page-looks.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { startVisit, type Visit } from '../support/visit.js';
import { waitFor } from '../support/wait-for.js';

const rows = `SELECT 'ada' AS user_id, 3 AS amount, 'Lyon' AS shop, true AS is_new, now() AS bought_at`;
const bought = [
  ['ada', 2, 'Lyon'],
  ['bob', 3, 'Nice'],
  ['eve', 3, 'Nice'],
] as const;

describe('the form of a step offers what the project has, by hand and by key', () => {
  let pelton: Pelton;
  let api: Api;
  let visit: Visit;
  let page: Page;
  let builder: BuilderHand;

  beforeAll(async () => {
    [pelton, visit] = await Promise.all([startPelton(), startVisit('step-form')]);
    api = await Api.signIn(pelton.url);
    ({ page } = visit);
    builder = new BuilderHand(page);
    const { secret: key } = await api.post<{ secret: string }>('/api/keys', { title: 'shop', scopes: ['write'] });
    const batch = bought.map(([userId, amount, shop]) => ({
      ...{ type: 'track', event: 'Bought', userId, messageId: userId },
      properties: { amount, shop },
    }));
    expect((await send({ url: pelton.url, key }, '/v1/batch', { batch })).status).toBe(200);
    await waitFor(async () => (await api.get<unknown[]>('/api/events?limit=10')).length === bought.length);
    await api.post('/api/metrics', { name: 'orders', title: 'Orders', template: 'count', params: { event: 'Bought' } });
    await api.post('/api/metrics', {
      name: 'buyers',
      title: 'Buyers',
      template: 'unique_users',
      params: { event: 'Bought' },
    });
    await api.post('/api/tags', {
      ...{ name: 'fans', title: 'Fans', template: 'behaviour' },
      params: { rules: [{ event: 'Bought' }] },
    });
    await api.draft('forms', [
      { id: 'people', uses: 'core/sql', with: { query: rows } },
      { id: 'wait', uses: 'core/wait', with: { until: 'until an event' }, inputs: { users: 'people' } },
      { id: 'some', uses: 'core/filter', inputs: { rows: 'people' } },
      { id: 'events', uses: 'core/to-events', inputs: { rows: 'people' } },
      { id: 'metric', uses: 'core/metric' },
      { id: 'tag', uses: 'core/tag' },
    ]);
    await visit.signIn(pelton.url);
    await page.goto(`${pelton.url}/pipelines/forms`);
    await builder.card('tag').waitFor();
  });
  afterAll(async () => {
    await visit.end();
    await pelton.stop();
    removeDataDir(pelton.dataDir);
  });

  /** What is saved of a step's parameters, for a poll. */
  const saved = (id: string) => async () => {
    const { draft } = await api.get<Pipeline>('/api/pipelines/forms');
    return draft.steps.find((step) => step.id === id)?.with;
  };
  const field = (label: string): Locator => builder.panel.getByLabel(label, { exact: true });
  const option = (name: string) => page.getByRole('option', { name }).filter({ visible: true });

  async function open(step: string): Promise<void> {
    await page.keyboard.press('Escape');
    await builder.card(step).click();
  }

  async function press(button: Locator): Promise<void> {
    await button.focus();
    await page.keyboard.press('Enter');
  }

  /** Chooses from a list by its first letters. */
  async function typeChoice(list: Locator, name: string): Promise<void> {
    await list.focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type(name);
    await option(name).first().waitFor();
    await page.keyboard.press('Enter');
    await option(name).first().waitFor({ state: 'hidden' });
  }

  test('events are offered with how often they came, and their properties with the values that were seen', async () => {
    await open('wait');
    await field('Event').click();
    await option('Bought 3').click();
    await expect.poll(saved('wait')).toMatchObject({ event: 'Bought' });
    await field('Event').fill('');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    expect(await field('Event').inputValue()).toBe('Bought');
    await press(builder.panel.getByRole('button', { name: 'Add rule' }));
    const rule = builder.panel.getByRole('group', { name: /^Rule about/ });
    await typeChoice(rule.getByLabel('Field', { exact: true }), 'shop');
    await rule.getByLabel('Value', { exact: true }).focus();
    await option('Nice').waitFor();
    expect((await page.getByRole('option').filter({ visible: true }).allInnerTexts()).toSorted()).toEqual([
      'Lyon',
      'Nice',
    ]);
    await page.keyboard.type('Ly');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(saved('wait')).toMatchObject({
      event: 'Bought',
      condition: { rules: [{ field: 'shop', operator: '=', value: 'Lyon' }] },
    });
    expect(await seriousViolations(page)).toEqual([]);
  });

  test('a new metric chooses its property among those of its event, each with values', async () => {
    await page.locator('[data-uses="core/metric+sum"]').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Title').fill('Revenue');
    await dialog.getByRole('combobox', { name: /^Event/ }).focus();
    await page.keyboard.type('Bou');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await dialog.getByRole('combobox', { name: /^Property/ }).click();
    expect((await option('amount').innerText()).split('\n').filter(Boolean)).toEqual([
      'amount',
      expect.stringMatching(/^(2, 3|3, 2)$/),
    ]);
    await option('amount').click();
    await press(dialog.getByRole('button', { name: 'Make metric' }));
    await dialog.waitFor({ state: 'hidden' });
    const { params } = await api.get<Metric>('/api/metrics/revenue');
    expect(params).toMatchObject({ event: 'Bought', property: 'amount' });
  });

  test('metrics and tags are chosen from those that there are', async () => {
    await open('metric');
    await builder.choose('Metric', 'Orders');
    await expect.poll(saved('metric')).toEqual({ metric: 'orders' });
    await typeChoice(field('Metric'), 'Buyers');
    await expect.poll(saved('metric')).toEqual({ metric: 'buyers' });
    await open('tag');
    await typeChoice(field('Tag'), 'Fans');
    await expect.poll(saved('tag')).toMatchObject({ tag: 'fans' });
  });

  test('columns of the input are chosen by key', async () => {
    await open('events');
    await typeChoice(field('Person'), 'user_id');
    await typeChoice(field('Time'), 'bought_at');
    await expect.poll(saved('events')).toMatchObject({ userId: 'user_id', timestamp: 'bought_at' });
  });

  test('a condition nests groups of which all, any or none hold, and compares by the type of the column', async () => {
    await open('some');
    const rules = builder.panel.getByRole('group', { name: /^Rule about/ });
    const matches = builder.panel.getByRole('group', { name: 'How many of these must hold' });
    const add = (what: 'rule' | 'group') => builder.panel.getByRole('button', { name: `Add ${what}` });
    await add('rule').click();
    await typeChoice(rules.first().getByLabel('Field', { exact: true }), 'amount');
    await typeChoiceOfFew(rules.first().getByLabel('Comparison', { exact: true }), 'is at least');
    await rules.first().getByLabel('Value', { exact: true }).fill('2');
    await page.keyboard.press('Tab');
    await press(add('group'));
    await press(add('rule').first());
    await typeChoice(rules.nth(1).getByLabel('Field', { exact: true }), 'is_new');
    await add('rule').first().click();
    await typeChoice(rules.nth(2).getByLabel('Field', { exact: true }), 'shop');
    await rules.nth(2).getByLabel('Value', { exact: true }).fill('Lyon');
    await press(matches.first().getByRole('button', { name: 'Any' }));
    await matches.nth(1).getByRole('button', { name: 'None' }).click();
    await expect.poll(saved('some')).toEqual({
      condition: {
        combinator: 'or',
        rules: [
          { field: 'amount', operator: '>=', value: 2 },
          {
            combinator: 'or',
            not: true,
            rules: [
              { field: 'is_new', operator: '=', value: true },
              { field: 'shop', operator: '=', value: 'Lyon' },
            ],
          },
        ],
      },
    });
    expect(await seriousViolations(page)).toEqual([]);
    await visit.takePicture('nested condition');
    await press(builder.panel.getByRole('button', { name: 'Remove group' }));
    await builder.panel.getByRole('button', { name: 'Remove rule' }).click();
    await expect.poll(saved('some')).toEqual({ condition: { combinator: 'or', rules: [] } });
  });

  test('a time is compared with the run’s own day, by keys alone', async () => {
    await press(builder.panel.getByRole('button', { name: 'Add rule' }).last());
    const rule = builder.panel.getByRole('group', { name: /^Rule about/ }).last();
    await typeChoice(rule.getByLabel('Field', { exact: true }), 'bought_at');
    await typeChoiceOfFew(rule.getByLabel('Comparison', { exact: true }), 'is');
    await typeChoiceOfFew(rule.getByLabel('Stretch of time', { exact: true }), 'in the next');
    await rule.getByLabel('How many').focus();
    await page.keyboard.press('Control+a');
    await page.keyboard.type('2');
    await page.keyboard.press('Tab');
    await typeChoiceOfFew(rule.getByLabel('Unit', { exact: true }), 'weeks');
    await expect.poll(saved('some')).toMatchObject({
      condition: {
        rules: [{ field: 'bought_at', operator: 'during', value: { kind: 'next', count: 2, unit: 'week' } }],
      },
    });
    expect(visit.errors).toEqual([]);
  });

  /** Walks a list that is not searched with the arrow keys. */
  async function typeChoiceOfFew(list: Locator, name: string): Promise<void> {
    await list.focus();
    await page.keyboard.press('Enter');
    const wanted = page.getByRole('option', { name, exact: true }).filter({ visible: true });
    await wanted.waitFor();
    const names = await page.getByRole('option').filter({ visible: true }).allInnerTexts();
    const [now = ''] = await page.getByRole('option', { selected: true }).filter({ visible: true }).allInnerTexts();
    for (let at = names.indexOf(now); at % names.length !== names.indexOf(name); at += 1)
      await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await wanted.waitFor({ state: 'hidden' });
  }
});
