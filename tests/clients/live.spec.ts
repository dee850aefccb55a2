import type { Key, ReplayAnswer } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, openCollector, send } from '../support/collected.js';
import { readLive } from '../support/live.js';

let collector: Collector;

beforeAll(async () => {
  collector = await openCollector();
});
afterAll(() => collector.close());

const live = async (query: string, count: number) => readLive(await collector.api.open(`/api/live?${query}`), count);

describe('whoever looks on', () => {
  test('sees a call as it was sent and as it is stored, with the key by its title and never the key', async () => {
    const event = { event: 'Seen', distinct_id: 'live-1', properties: { total: 5, $lib: 'web' } };
    await send(collector, '/capture/', { ...event, api_key: collector.key });
    const [call] = await live('event=seen', 1);
    expect(call).toMatchObject({
      ...{ event: 'Seen', userId: 'live-1', source: 'posthog', address: 'POST /capture/', keyTitle: 'Sender' },
      refused: null,
    });
    expect(JSON.parse(call?.sent ?? '')).toEqual({ ...event, api_key: '•••' });
    expect(JSON.parse(call?.stored ?? '')).toMatchObject({
      ...{ event: 'Seen', user_id: 'live-1', context: { library: { name: 'web' } } },
      received_at: call?.receivedAt,
    });
    expect(JSON.stringify(call)).not.toContain(collector.key);
  });

  test('sees why a call was refused, and what comes while looking', async () => {
    const response = await collector.api.open('/api/live?state=refused');
    await send(collector, '/v1/batch', {
      batch: [
        { type: 'track', event: 'Fine', userId: 'u' },
        { type: 'track', event: 'Lost' },
      ],
    });
    const [call] = await readLive(response, 1);
    expect(call).toMatchObject({ event: 'Lost', stored: null, refused: { code: 'INVALID' }, timestamp: null });
  });

  test('sees only what was looked for', async () => {
    await send(collector, '/v1/track', { event: 'Mine', userId: 'live-2' });
    await send(collector, '/v1/track', { event: 'Mine', anonymousId: 'live-3' });
    expect((await live('user=live-3', 1)).map(({ anonymousId }) => anonymousId)).toEqual(['live-3']);
  });
});

describe('rejects', () => {
  test('are found by key and by time, counted, and sent again all at once or one as it was mended', async () => {
    const { key, secret } = await collector.api.post<{ key: Key; secret: string }>('/api/keys', {
      title: 'Till',
      scopes: ['write'],
    });
    const calls = ['a', 'b', 'c'].map((name) => ({ type: 'track', event: `Bare ${name}` }));
    await send({ url: collector.url, key: secret }, '/v1/batch', { batch: calls });
    const path = `key=${key.id}&since=2026-01-01T00:00:00Z`;
    expect(await collector.api.get(`/api/rejects/total?${path}`)).toEqual({ count: 3 });
    expect(await collector.api.get(`/api/rejects/total?key=${key.id}&until=2026-01-01T00:00:00Z`)).toEqual({
      count: 0,
    });
    const rejects = await collector.api.get<{ id: string; keyTitle: string; body: string }[]>(`/api/rejects?${path}`);
    expect(rejects.map(({ keyTitle }) => keyTitle)).toEqual(['Till', 'Till', 'Till']);
    expect(await collector.api.get('/api/rejects/counts')).toContainEqual(
      expect.objectContaining({ code: 'INVALID', keyId: key.id, keyTitle: 'Till', count: 3 }),
    );

    const one = rejects.find(({ body }) => body.includes('Bare a'));
    const mend = (body: object) => collector.api.post<ReplayAnswer>(`/api/rejects/${one?.id}/mend`, { body });
    expect(await mend({ type: 'track', event: 'Bare a' })).toMatchObject({ accepted: 0, refused: 1 });
    expect(await mend({ type: 'track', event: 'Mended', userId: 'live-4' })).toMatchObject({ accepted: 1, refused: 0 });
    expect(await collector.eventsOf('live-4', 1)).toMatchObject([{ event: 'Mended' }]);

    const matching = { filter: { key: key.id }, set: { userId: 'live-5' } };
    expect(await collector.api.post('/api/rejects/replay-matching', matching)).toEqual({
      ...{ accepted: 2, refused: 0, rejected: [] },
    });
    expect((await collector.eventsOf('live-5', 2)).map(({ event }) => event).sort()).toEqual(['Bare b', 'Bare c']);
    expect(await collector.api.get(`/api/rejects/total?${path}`)).toEqual({ count: 0 });
  });
});

test('a key keeps its rights when its title and its pages change, and other pages are refused from then on', async () => {
  const { key, secret } = await collector.api.post<{ key: Key; secret: string }>('/api/keys', {
    title: 'Page',
    scopes: ['write'],
  });
  const track = (origin: string) =>
    send({ url: collector.url, key: secret }, '/v1/track', { event: 'X', userId: 'u' }, { origin });
  expect((await track('https://other.example.com')).status).toBe(200);
  const change = { title: 'Shop page', origins: ['https://shop.example.com'] };
  expect(await collector.api.put(`/api/keys/${key.id}`, change)).toMatchObject({ ...change, scopes: ['write'] });
  expect((await track('https://other.example.com')).status).toBe(403);
  expect((await track('https://shop.example.com')).status).toBe(200);
  await expect(collector.api.put('/api/keys/nobody', change)).rejects.toMatchObject({ status: 404 });
});
