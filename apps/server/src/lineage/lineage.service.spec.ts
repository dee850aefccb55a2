import { Readable } from 'node:stream';
import type { LineageQuery } from '@pelton/contract';
import { Tinypool } from 'tinypool';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { ConnectionsService } from '../connections/connections.service.js';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { FilesService } from '../files/files.service.js';
import { ItemTypesService } from '../items/item-types.service.js';
import { step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { MessagesService } from '../messages/messages.service.js';
import render, { type RenderTask } from '../messages/render.worker.js';
import { MetricsService } from '../metrics/metrics.service.js';
import { TagsService } from '../tags/tags.service.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { LineageService } from './lineage.service.js';

const FILES = {
  'people.csv': 'id,tier,mail,note\nann,pro,ann@example.org,-\n',
  'products.csv': 'sku,kind,colour\ntea,food,green\n',
  'orders.csv': 'who,day,total,sku,remark\nann,2030-01-01,20,tea,-\n',
};
const STREAM = {
  people: 'stream/shop/people.csv',
  products: 'stream/shop/products.csv',
  orders: 'stream/shop/orders.csv',
};
const read = (id: string, stream: string) => step(id, 'file/read', { connection: 'shop', stream });
const named = <T extends object>(name: string, rest: T) => ({ name, title: name, description: '', ...rest });
const only = (field: string, value: string) => ({ combinator: 'and', rules: [{ field, operator: '=', value }] });

let server: TestApp;
beforeAll(async () => {
  // A thread cannot load the worker's source, so what it does is done here.
  vi.spyOn(Tinypool.prototype, 'run').mockImplementation((task: RenderTask) => Promise.resolve(render(task)));
  server = await startTestApp({ PELTON_URL: 'http://localhost' });
  const { app, actor, project } = server;
  const { projectId } = actor;
  for (const [name, text] of Object.entries(FILES))
    await app.get(FilesService).store(projectId, name, Readable.from([Buffer.from(text)]));
  const connect = (name: string, kind: 'connector' | 'channel', uses: string, config: object) =>
    app
      .get(ConnectionsService)
      .create(projectId, { name, title: name, kind, uses, config: { ...config }, secrets: {} });
  await connect('shop', 'connector', 'file', { source: 'uploads' });
  await connect('mail', 'channel', 'email', { host: '127.0.0.1', port: 25, secure: 'none', from: 'shop@example.org' });
  await app.get(ItemTypesService).describe(projectId, 'product', { title: 'Products', referredBy: ['sku'] });
  const call = {
    user_id: 'ann',
    timestamp: '2029-12-01T00:00:00Z',
    received_at: '2029-12-01T00:00:00Z',
    source: 'segment',
  };
  await project.admin.insert('events', [
    {
      ...call,
      message_id: '1',
      type: 'identify',
      event: 'Identified',
      properties: { country: 'DE', address: { city: 'Bonn' } },
    },
    {
      ...call,
      message_id: '2',
      type: 'group',
      event: 'Group Joined',
      properties: { group_type: 'company', group_id: 'a', size: 9 },
    },
    { ...call, message_id: '3', type: 'track', event: 'Viewed', properties: { sku: 'tea' } },
  ]);
  await define();
  await server.publish(STEPS, 'shop');
}, 120_000);
afterAll(() => server.stop());

const STEPS = [
  read('people', 'people.csv'),
  step(
    'users',
    'core/to-users',
    {
      userId: 'id',
      traits: [
        { name: 'plan', column: 'tier' },
        { name: 'email', column: 'mail' },
      ],
    },
    { rows: 'people' },
  ),
  read('products', 'products.csv'),
  step('items', 'core/to-items', { type: 'product', itemId: 'sku' }, { rows: 'products' }),
  read('orders', 'orders.csv'),
  step(
    'paid',
    'core/to-events',
    {
      event: 'Paid',
      userId: 'who',
      timestamp: 'day',
      properties: ['total', 'sku'].map((name) => ({ name, column: name })),
    },
    { rows: 'orders' },
  ),
  step(
    'coloured',
    'core/enrich',
    { itemType: 'product', keys: [{ column: 'sku' }], columns: [{ column: 'colour', as: 'paint' }] },
    { rows: 'orders' },
  ),
  step('plans', 'core/sql', { query: "SELECT user_id, traits['plan'] AS plan FROM users" }),
];

async function define(): Promise<void> {
  const { app, actor, project } = server;
  await project.admin.insert('item_properties', [
    { type: 'product', item_id: 'tea', property: 'colour', value: 'green', updated_at: '2029-12-01T00:00:00Z' },
  ]);
  const tag = (name: string, params: object) =>
    app.get(TagsService).create(actor, named(name, { template: 'behaviour', params: { ...params } }));
  const did = { kind: 'did', event: 'Paid' };
  await tag('pro-buyers', { rules: [did], who: only('plan', 'pro') });
  await tag('food-buyers', { rules: [{ ...did, where: only('@product.kind', 'food') }] });
  const metric = { template: 'sum', params: { event: 'Paid', property: 'total', dimensions: ['@user.country'] } };
  await app.get(MetricsService).create(actor, named('revenue', metric));
  const variations = ['a', 'b'].map((key) => ({ key, title: key, weight: 0.5 }));
  await app.get(ExperimentsService).create(actor, {
    ...named('banner', { hypothesis: '', engine: 'frequentist', params: {}, variations, coverage: 1, seed: '' }),
    metrics: [{ metric: 'revenue', role: 'goal', windowDays: 14 }],
  });
  const content = { subject: 'For {{ user.plan }}', html: '<p>Hello</p>' };
  await app.get(MessagesService).create(actor, named('offer', { connection: 'mail', content }));
}

async function reach(id: string, direction: LineageQuery['direction'], column?: string) {
  const query = { id, direction, ...(column !== undefined && { column }) };
  const { nodes, edges } = await server.app.get(LineageService).reach(server.actor.projectId, query);
  return { ids: nodes.map((node) => node.id), edges };
}
const edgesInto = async (id: string, from: string) =>
  (await reach(id, 'back')).edges.filter((edge) => edge.to === id && edge.from === from);

describe('traits of users', () => {
  test('lead from the column that says them to the tags and messages that read them, and to nothing else', async () => {
    const { ids } = await reach(STREAM.people, 'forth', 'tier');
    expect(ids).toEqual(
      expect.arrayContaining(['step/shop/users', 'trait/plan', 'tag/pro-buyers', 'message/offer', 'step/shop/plans']),
    );
    expect(ids.filter((id) => ['trait/email', 'tag/food-buyers', 'metric/revenue'].includes(id))).toEqual([]);
    expect((await reach(STREAM.people, 'forth', 'mail')).ids).toContain('message/offer');
    const nobody = (await reach(STREAM.people, 'forth', 'note')).ids;
    expect(nobody.sort()).toEqual(['step/shop/people', STREAM.people]);
  });

  test('lead back from a tag to the column that says them', async () => {
    const { ids, edges } = await reach('tag/pro-buyers', 'back');
    expect(ids).toEqual(expect.arrayContaining(['trait/plan', STREAM.people, STREAM.orders, 'connection/shop']));
    expect(ids).not.toContain('trait/email');
    expect(edges.find(({ to }) => to === 'trait/plan')?.columns).toEqual([{ from: 'plan', to: 'value' }]);
    expect(await edgesInto('step/shop/users', 'step/shop/people')).toMatchObject([
      {
        columns: [
          { from: 'id', to: 'user_id' },
          { from: 'tier', to: 'plan' },
          { from: 'mail', to: 'email' },
        ],
      },
    ]);
  });

  test('begin at the source that sends them, an object as one trait', async () => {
    expect((await reach('trait/country', 'back')).ids).toEqual(['source/segment', 'trait/country']);
    expect((await reach('trait/address', 'back')).ids).toContain('source/segment');
    expect((await reach('source/segment', 'forth')).ids).toEqual(
      expect.arrayContaining(['trait/country', 'event/Viewed', 'item/company', 'metric/revenue', 'experiment/banner']),
    );
  });
});

describe('items', () => {
  test('lead from the column of a property to what reads that property', async () => {
    const ofKind = (await reach(STREAM.products, 'forth', 'kind')).ids;
    expect(ofKind).toEqual(expect.arrayContaining(['step/shop/items', 'item/product', 'tag/food-buyers']));
    expect(ofKind).not.toContain('step/shop/coloured');
    const ofColour = (await reach(STREAM.products, 'forth', 'colour')).ids;
    expect(ofColour).toContain('step/shop/coloured');
    expect(ofColour).not.toContain('tag/food-buyers');
  });

  test('are told by column where rows are enriched with them', async () => {
    expect(await edgesInto('step/shop/coloured', 'item/product')).toMatchObject([
      { columns: [{ from: 'colour', to: 'paint' }], rows: ['item_id'] },
    ]);
  });
});

test('events lead from a column to the metric, and back from the experiment that it judges', async () => {
  const ofTotal = (await reach(STREAM.orders, 'forth', 'total')).ids;
  expect(ofTotal).toEqual(expect.arrayContaining(['event/Paid', 'metric/revenue', 'experiment/banner']));
  expect(ofTotal).not.toContain('tag/pro-buyers');
  expect((await reach(STREAM.orders, 'forth', 'remark')).ids).not.toContain('event/Paid');
  const { ids } = await reach('experiment/banner', 'back');
  expect(ids).toEqual(expect.arrayContaining(['metric/revenue', 'event/Paid', 'step/shop/paid', STREAM.orders]));
  expect(ids.filter((id) => ['trait/country', STREAM.people].includes(id))).toEqual([]);
  expect((await reach('metric/revenue', 'back')).ids).toContain('trait/country');
});

describe('what changed', () => {
  const whole = () => server.app.get(LineageService).whole(server.actor.projectId);

  test('is worked out when it did, and not again before', async () => {
    const before = await whole();
    expect(await whole()).toBe(before);
    const at = '2029-12-02T00:00:00Z';
    await server.project.admin.insert('events', [
      {
        message_id: '9',
        type: 'track',
        event: 'Returned',
        user_id: 'ann',
        source: 'jitsu',
        timestamp: at,
        received_at: at,
      },
    ]);
    expect((await reach('event/Returned', 'back')).ids).toContain('source/jitsu');
  });

  test('in the draft of a live pipeline changes nothing until it is published', async () => {
    const before = await whole();
    const pipelines = server.app.get(PipelinesService);
    const { revision, draft } = await pipelines.find(server.actor.projectId, 'shop');
    const graph = { ...draft, steps: draft.steps.filter(({ id }) => id !== 'plans') };
    await pipelines.changeDraft(server.actor, 'shop', { revision, graph });
    expect(await whole()).toBe(before);
    await pipelines.changeDraft(server.actor, 'shop', { revision: revision + 1, graph: draft });
  });
});

test('a thing that nothing names is not found, and it is said why that may be', async () => {
  await expect(reach('metric/revenu', 'both')).rejects.toMatchObject({
    code: 'LINEAGE_UNKNOWN',
    message: expect.stringContaining('metric/revenu') as string,
  });
});
