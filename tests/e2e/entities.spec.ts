import type { Item, ItemPage, ItemType, MetricValues, Run, UserPortrait } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { addSync, connect, runSync } from '../support/syncing.js';

let pelton: Pelton;
let api: Api;
let key: string;

beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
  ({ secret: key } = await api.post<{ secret: string }>('/api/keys', { title: 'Shop', scopes: ['write'] }));
  await connect(api, { name: 'files', uses: 'file', config: { source: 'uploads' } });
}, 60_000);
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
});

/** Sends calls as one batch, as a client does. */
async function say(...batch: object[]) {
  const response = await fetch(`${pelton.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
  });
  expect(response.status).toBe(200);
}
const day = (number: number) => `2026-01-${String(number).padStart(2, '0')}T12:00:00Z`;
const order = (messageId: string, userId: string, sku: string, at: string) => ({
  type: 'track',
  event: 'Ordered',
  messageId,
  userId,
  timestamp: at,
  properties: { sku },
});

async function addMetric(name: string, template: string, params: object) {
  await api.post('/api/metrics', { name, title: name, template, params: { event: 'Ordered', ...params } });
}

/** January's value of a metric, or of each of its groups. */
async function january(metric: string, by?: string) {
  const span = 'grain=month&from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z';
  const group = by ? `&by=${encodeURIComponent(by)}` : '';
  const values = await api.get<MetricValues>(`/api/metrics/${metric}/values?${span}${group}`);
  const points = values.kind === 'series' ? values.points : [];
  return by
    ? Object.fromEntries(points.filter(({ users }) => users > 0).map((point) => [point.group, point.value]))
    : points[0]?.value;
}

describe('traits', () => {
  test('an identify that is sent again late does not overwrite a newer trait', async () => {
    const plan = (messageId: string, value: string) => ({
      type: 'identify',
      messageId,
      userId: 'late',
      traits: { plan: value },
    });
    await say(plan('i1', 'free'));
    await say(plan('i2', 'pro'));
    await say(plan('i1', 'free'));
    expect((await api.get<UserPortrait>('/api/users/portrait/late')).traits).toEqual({ plan: 'pro' });
  });

  test('a breakdown takes the latest trait, or the one at the time of the event', async () => {
    const plan = (value: string, at: string) => ({
      type: 'identify',
      userId: 'ann',
      timestamp: at,
      traits: { plan: value },
    });
    await say(plan('pro', day(10)), order('o1', 'ann', 'tea', day(5)), order('o2', 'ann', 'mug', day(12)));
    await say(plan('free', day(1)), order('o3', 'bob', 'tea', day(20)));
    await addMetric('by-plan', 'count', { dimensions: ['@user.plan'] });
    await addMetric('by-plan-then', 'count', { dimensions: ['@user.plan'], values: 'at_the_time_of_the_event' });
    expect(await january('by-plan', '@user.plan')).toEqual({ pro: 2, '': 1 });
    expect(await january('by-plan-then', '@user.plan')).toEqual({ free: 1, pro: 1, '': 1 });
  });
});

describe('items', () => {
  const load: StepInput[] = [
    { id: 'prices', uses: 'file/read', with: { connection: 'files', stream: 'prices.csv' } },
    {
      id: 'products',
      uses: 'core/to-items',
      inputs: { rows: 'prices' },
      with: { type: 'product', itemId: 'sku', updatedAt: 'since' },
    },
  ];

  beforeAll(async () => {
    const lines = [
      'sku,since,price,category',
      'tea,2026-01-01,10,kitchen',
      'tea,2026-01-10,15,kitchen',
      'mug,2026-01-01,4,table',
    ];
    await api.upload({ name: 'prices.csv', content: lines.join('\n') });
    await api.publish('load-products', load);
  });

  test('a draft run shows the items and stores none', async () => {
    const run = await api.run('load-products', { draft: true });
    expect(run.steps.map(({ state, rows }) => [state, rows])).toEqual([
      ['done', { rows: 3 }],
      ['done', { items: 2 }],
    ]);
    expect(await api.get<ItemType[]>('/api/items/types')).toEqual([]);
  });

  test('a run stores them, once however often it runs', async () => {
    await api.run('load-products');
    await api.run('load-products');
    const { total, items } = await api.get<ItemPage>('/api/items/product');
    expect([total, items.map(({ itemId, properties }) => [itemId, properties])]).toEqual([
      2,
      [
        ['tea', { price: '15', category: 'kitchen' }],
        ['mug', { price: '4', category: 'table' }],
      ],
    ]);
    const found = await api.get<ItemPage>('/api/items/product?search=MU');
    expect([found.total, found.items.map(({ itemId }) => itemId)]).toEqual([1, ['mug']]);
  });

  test('an item has its history and the events that refer to it', async () => {
    await api.put('/api/items/types/product', { title: 'Products', referredBy: ['sku'] });
    const tea = await api.get<Item>('/api/items/product/tea');
    expect(tea.type).toEqual({ type: 'product', title: 'Products', referredBy: ['sku'], items: 2, members: 0 });
    expect(tea.history.map(({ property, value, at }) => [property, value, at.slice(0, 10)])).toEqual([
      ['price', '15', '2026-01-10'],
      ['category', 'kitchen', '2026-01-01'],
      ['price', '10', '2026-01-01'],
    ]);
    expect(tea.events.map(({ messageId }) => messageId)).toEqual(['o3', 'o1']);
    await expect(api.get('/api/items/product/cup')).rejects.toMatchObject({ status: 404 });
  });

  test('a metric adds up and breaks down by what an event’s item is, or was', async () => {
    await addMetric('revenue', 'sum', { property: '@product.price', dimensions: ['@product.category'] });
    await addMetric('revenue-then', 'sum', { property: '@product.price', values: 'at_the_time_of_the_event' });
    expect(await january('revenue')).toBe(15 + 4 + 15);
    expect(await january('revenue-then')).toBe(10 + 4 + 15);
    expect(await january('revenue', '@product.category')).toEqual({ kitchen: 30, table: 4 });
    const { shape } = await api.get<{ shape: { reads: string } }>('/api/metrics/revenue-then');
    expect(shape.reads).toMatch(/those at the time of the event\.$/);
  });

  test('a tag finds users by the items of their events', async () => {
    const where = { combinator: 'and', rules: [{ field: '@product.category', operator: '=', value: 'table' }] };
    const found = await api.post<{ members: number; sample: { userId: string }[] }>('/api/tags/preview', {
      template: 'behaviour',
      params: { rules: [{ event: 'Ordered', where }] },
    });
    expect(found.sample.map(({ userId }) => userId)).toEqual(['ann']);
  });

  test('what definitions may name is listed', async () => {
    const names = await api.get<{ name: string; of: string }[]>('/api/items/fields');
    expect(names.map(({ name, of }) => `${of} ${name}`)).toEqual([
      'user @user.plan',
      'item @product.category',
      'item @product.price',
    ]);
  });

  test('a type has a name of its own', async () => {
    await expect(api.put('/api/items/types/user', { title: 'Users' })).rejects.toMatchObject({ status: 400 });
  });
});

describe('groups', () => {
  test('group calls make groups with members, and users whom a group’s trait finds', async () => {
    const join = (userId: object, groupId: string, at: string, traits: object) => ({
      type: 'group',
      ...userId,
      groupId,
      timestamp: at,
      traits: { group_type: 'company', ...traits },
    });
    await say(
      join({ userId: 'ann' }, 'blue', day(2), { plan: 'free' }),
      join({ userId: 'ann' }, 'acme', day(15), { name: 'Acme', plan: 'enterprise' }),
      join({ anonymousId: 'phone' }, 'acme', day(16), {}),
      { type: 'identify', anonymousId: 'phone', userId: 'bob', timestamp: day(17) },
    );
    const types = await api.get<ItemType[]>('/api/items/types');
    expect(types.find(({ type }) => type === 'company')).toMatchObject({ items: 2, members: 2 });
    const acme = await api.get<Item>('/api/items/company/acme');
    expect([acme.properties, acme.members, acme.memberList.map(({ userId }) => userId)]).toEqual([
      { name: 'Acme', plan: 'enterprise' },
      2,
      ['bob', 'ann'],
    ]);
    expect((await api.get<UserPortrait>('/api/users/portrait/ann')).groups).toEqual([
      { type: 'company', itemId: 'acme', at: '2026-01-15T12:00:00.000Z' },
    ]);

    const who = { combinator: 'and', rules: [{ field: '@company.plan', operator: '=', value: 'enterprise' }] };
    const preview = await api.post<{ sample: { userId: string }[] }>('/api/tags/preview', {
      template: 'behaviour',
      params: { rules: [{ event: 'Ordered' }], who },
    });
    expect(preview.sample.map(({ userId }) => userId)).toEqual(['ann', 'bob']);

    await addMetric('by-company', 'count', { dimensions: ['@company.plan'], values: 'at_the_time_of_the_event' });
    expect(await january('by-company', '@company.plan')).toEqual({ free: 2, enterprise: 1 });
  });
});

describe('enrich', () => {
  const enrich = (params: NonNullable<StepInput['with']>): StepInput[] => [
    { id: 'days', uses: 'file/read', with: { connection: 'files', stream: 'days.csv' } },
    { id: 'more', uses: 'core/enrich', inputs: { rows: 'days' }, with: params },
  ];
  const stepOf = (run: Run) => run.steps.find(({ id }) => id === 'more');

  beforeAll(async () => {
    await api.upload({ name: 'days.csv', content: 'date,sku\n2026-01-01,tea\n2026-01-02,mug\n2026-01-09,cup\n' });
    await api.upload({ name: 'weather.csv', content: 'date,degrees\n2026-01-01,3\n2026-01-02,4\n' });
    await api.upload({ name: 'twice.csv', content: 'date,degrees\n2026-01-01,3\n2026-01-01,4\n' });
    for (const name of ['weather', 'twice']) {
      await addSync(api, { name, connection: 'files', stream: { stream: `${name}.csv` } });
      expect(await runSync(api, name)).toMatchObject({ state: 'done' });
    }
  });

  test('adds columns of a dataset and tells which rows have no match', async () => {
    await api.publish('with-weather', enrich({ dataset: 'weather', keys: [{ column: 'date' }] }));
    const run = await api.run('with-weather', { draft: true });
    expect(stepOf(run)).toMatchObject({ state: 'done', rows: { rows: 3, unmatched: 1 } });
    await expect(api.delete('/api/datasets/weather')).rejects.toMatchObject({ status: 409 });
  });

  test('adds properties of items', async () => {
    await api.publish(
      'with-products',
      enrich({ itemType: 'product', keys: [{ column: 'sku' }], columns: [{ column: 'category' }] }),
    );
    expect(stepOf(await api.run('with-products', { draft: true }))).toMatchObject({ rows: { rows: 3, unmatched: 1 } });
  });

  test('refuses keys that stand more than once, by name', async () => {
    await api.publish('with-twice', enrich({ dataset: 'twice', keys: [{ column: 'date' }] }));
    const step = stepOf(await api.run('with-twice', { draft: true }));
    expect([step?.state, step?.error?.message]).toEqual([
      'failed',
      expect.stringContaining('twice has more than one row for 1 of its keys, such as “2026-01-01'),
    ]);
  });
});
