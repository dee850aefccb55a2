import type { ReplayAnswer, TrackingAnswer } from '@pelton/contract';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, openCollector, send } from '../support/collected.js';

let collector: Collector;

beforeAll(async () => {
  collector = await openCollector();
});
afterAll(() => collector.close());

const track = (userId: string, more: object = {}) => ({ type: 'track', event: 'X', userId, ...more });

describe('a batch with a wrong event', () => {
  test('is taken but for that one, which is named, kept, mended and replayed', async () => {
    const wrong = { type: 'track', event: 'Mended', properties: { total: 5 }, timestamp: '2026-02-01T00:00:00Z' };
    const response = await send(collector, '/v1/batch', { batch: [track('rej-1'), wrong, track('rej-1')] });
    const answer = (await response.json()) as TrackingAnswer;
    expect(response.status).toBe(200);
    expect(answer).toMatchObject({
      success: false,
      accepted: 2,
      rejected: [{ index: 1, code: 'INVALID', reason: 'userId: Give userId or anonymousId' }],
    });
    await collector.eventsOf('rej-1', 2);
    const [reject] = await collector.rejects();
    expect(reject).toMatchObject({ code: 'INVALID', source: 'segment', isWhole: true, replayedAt: null });
    expect(JSON.parse(reject?.body ?? '')).toEqual(wrong);

    const replay = (set: object) => collector.api.post<ReplayAnswer>('/api/rejects/replay', { ids: [reject?.id], set });
    expect(await replay({})).toMatchObject({ accepted: 0, rejected: [{ id: reject?.id, code: 'INVALID' }] });
    expect(await replay({ userId: 'rej-2' })).toEqual({ accepted: 1, refused: 0, rejected: [] });
    expect(await replay({ userId: 'rej-2' })).toEqual({ accepted: 1, refused: 0, rejected: [] });
    const events = await collector.eventsOf('rej-2', 1);
    expect(events).toMatchObject([{ event: 'Mended', timestamp: '2026-02-01T00:00:00.000Z' }]);
    expect(await collector.rejects()).toEqual([]);
    expect(await collector.api.get('/api/rejects?state=replayed&search=mended')).toHaveLength(1);
  });

  test('and nothing else is refused, with what is wrong', async () => {
    const response = await send(collector, '/v1/track', { event: 'X' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      code: 'EVENTS_REJECTED',
      message: 'No event was taken. Event 0: userId: Give userId or anonymousId',
      facts: { rejected: [{ index: 0, code: 'INVALID' }] },
    });
  });
});

test('a webhook is read by its mapping, and what did not fit is taken once the mapping is mended', async () => {
  const put = (userId: string) =>
    collector.api.put('/api/webhooks/shop', {
      name: 'shop',
      title: 'Shop',
      mapping: { items: 'orders', event: { value: 'Order Placed' }, userId, messageId: 'id', timestamp: 'at' },
    });
  await put('customer.uid');
  const body = { orders: [{ id: 7, at: '2026-02-01T00:00:00Z', customer: { id: 'wh-1' }, total: 5 }] };
  expect((await send(collector, '/v1/webhook/shop', body)).status).toBe(400);
  await put('customer.id');
  const [reject] = await collector.rejects();
  expect(await collector.api.post('/api/rejects/replay', { ids: [reject?.id] })).toMatchObject({ accepted: 1 });
  expect((await send(collector, '/v1/webhook/shop', body)).status).toBe(200);
  const events = await collector.eventsOf('wh-1', 1);
  expect(events).toMatchObject([
    { messageId: '7', event: 'Order Placed', source: 'webhook:shop', properties: { total: 5 } },
  ]);
  expect((await send(collector, '/v1/webhook/nobody', body)).status).toBe(404);
});

test('a batch of 500 KB is taken, and none of one byte more, packed or not', async () => {
  const text = 'x'.repeat(20_000);
  const start = JSON.stringify({ batch: Array.from({ length: 25 }, () => track('size-1', { properties: { text } })) });
  const ofBytes = (bytes: number) => Buffer.from(start.padEnd(bytes, ' '));
  const answers = await Promise.all(
    [512_000, 512_001].flatMap((bytes) =>
      [ofBytes(bytes), gzipSync(ofBytes(bytes))].map(async (body) => {
        const { status } = await send(collector, '/v1/batch', body);
        return [bytes, status];
      }),
    ),
  );
  expect(answers).toEqual([
    [512_000, 200],
    [512_000, 200],
    [512_001, 413],
    [512_001, 413],
  ]);
  await collector.eventsOf('size-1', 50);
});

test('an id of more digits than JavaScript holds keeps all of them', async () => {
  const body = '{"userId":"digits","event":"X","properties":{"id":9007199254740993,"n":5}}';
  expect((await send(collector, '/v1/track', body)).status).toBe(200);
  expect(await collector.eventsOf('digits', 1)).toMatchObject([{ properties: { id: '9007199254740993', n: 5 } }]);
});

test('CloudEvents come in batches, and those of two sources may have the same id', async () => {
  const event = (source: string) => ({ specversion: '1.0', id: '1', type: 'device.seen', source, data: { on: true } });
  const batch = [event('/device/a'), event('/device/b'), event('/device/a')];
  const type = { 'content-type': 'application/cloudevents-batch+json' };
  expect(await (await send(collector, '/v1/cloudevents', batch, type)).json()).toMatchObject({ accepted: 3 });
  expect(await collector.eventsOf('/device/a', 1)).toMatchObject([{ event: 'device.seen', properties: { on: true } }]);
  expect(await collector.eventsOf('/device/b', 1)).toHaveLength(1);
});

describe('an address of Segment, long and short, keeps a call of its kind', () => {
  test.each([
    ['identify', 'i', { traits: { plan: 'pro' } }],
    ['track', 't', { event: 'Called' }],
    ['page', 'p', { name: 'Home' }],
    ['screen', 's', { name: 'Home' }],
    ['group', 'g', { groupId: 'acme' }],
    ['alias', 'a', { previousId: 'before' }],
  ])('/v1/%s and /v1/%s', async (kind, short, more) => {
    const { key, url } = collector;
    const userId = `${kind}-1`;
    await (await send(collector, `/v1/${kind}`, { userId, ...more })).text();
    const body = JSON.stringify({ userId, writeKey: key, ...more });
    const sent = await fetch(`${url}/v1/${short}`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body });
    expect(await sent.json()).toMatchObject({ success: true, accepted: 1 });
    expect((await collector.eventsOf(userId, 2)).map(({ type }) => type)).toEqual([kind, kind]);
  });

  test('/v1/b takes a batch, and the browser’s client is told where to send', async () => {
    const body = JSON.stringify({ writeKey: collector.key, batch: [track('short-batch')] });
    await (await fetch(`${collector.url}/v1/b`, { method: 'POST', body })).text();
    expect(await collector.eventsOf('short-batch', 1)).toHaveLength(1);
    const settings = await fetch(`${collector.url}/v1/projects/${collector.key}/settings`);
    expect(await settings.json()).toMatchObject({ integrations: { 'Segment.io': { apiKey: collector.key } } });
  });
});

describe('a sender', () => {
  test.each([
    ['in the header Authorization', '/v1/track', (key: string) => ({ authorization: `Bearer ${key}` }), {}],
    ['in X-Write-Key', '/v1/track', (key: string) => ({ 'x-write-key': key }), {}],
    ['in the address', '/v1/track?writeKey=KEY', () => ({}), {}],
    ['in the body', '/v1/t', () => ({ 'content-type': 'text/plain' }), { writeKey: 'KEY' }],
    ['in the body of PostHog', '/capture/', () => ({}), { api_key: 'KEY', distinct_id: 'where-1' }],
  ])('may give its key %s', async (_where, path, headers, more) => {
    const { key, url } = collector;
    const body = JSON.stringify({ event: 'Where', userId: 'where-1', ...more }).replaceAll('KEY', key);
    const response = await fetch(url + path.replace('KEY', key), { method: 'POST', headers: headers(key), body });
    expect(await response.json()).toMatchObject({ accepted: 1 });
  });

  test('with a wrong key or none is told so, and nothing is kept', async () => {
    const wrong = await send({ ...collector, key: 'pk_wrong' }, '/v1/track', track('nobody'));
    expect([wrong.status, ((await wrong.json()) as { code: string }).code]).toEqual([401, 'KEY_UNKNOWN']);
    const none = await fetch(`${collector.url}/v1/track`, { method: 'POST', body: JSON.stringify(track('nobody')) });
    expect(none.status).toBe(401);
  });

  test('may compress, saying so or not', async () => {
    const body = gzipSync(JSON.stringify({ batch: [track('zip-1')] }));
    expect((await send(collector, '/v1/batch', body, { 'content-encoding': 'gzip' })).status).toBe(200);
    expect((await send(collector, '/v1/batch', body)).status).toBe(200);
    const postHog = gzipSync(JSON.stringify({ api_key: collector.key, event: 'X', distinct_id: 'zip-1' }));
    const unsaid = await fetch(`${collector.url}/e/?compression=gzip-js`, { method: 'POST', body: postHog });
    expect(await unsaid.json()).toMatchObject({ accepted: 1 });
    await collector.eventsOf('zip-1', 3);
  });

  test('in a page is let in by any key, unless the key names its pages', async () => {
    const { secret } = await collector.api.post<{ secret: string }>('/api/keys', {
      title: 'Shop',
      scopes: ['write'],
      origins: ['https://shop.example'],
    });
    const from = (key: string, origin: string) => send({ ...collector, key }, '/v1/track', track('cors-1'), { origin });
    const any = await from(collector.key, 'https://any.example');
    expect([any.status, any.headers.get('access-control-allow-origin')]).toEqual([200, 'https://any.example']);
    expect((await from(secret, 'https://shop.example')).status).toBe(200);
    const other = await from(secret, 'https://other.example');
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
    const asked = await fetch(`${collector.url}/v1/track`, {
      method: 'OPTIONS',
      headers: { origin: 'https://any.example', 'access-control-request-headers': 'authorization' },
    });
    expect([asked.status, asked.headers.get('access-control-allow-headers')]).toEqual([204, 'authorization']);
  });
});
