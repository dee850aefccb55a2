import type { Event, MetricValues, TagPreview, UserPortrait } from '@pelton/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';

let pelton: Pelton;
let api: Api;
let key: string;
let said = 0;

beforeAll(async () => {
  pelton = await startPelton();
  api = await Api.signIn(pelton.url);
  ({ secret: key } = await api.post<{ secret: string }>('/api/keys', { title: 'Shop', scopes: ['write'] }));
  await api.post('/api/metrics', {
    name: 'visitors',
    title: 'Visitors',
    template: 'unique_users',
    params: { event: 'Looked' },
  });
});
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
});

/** Sends calls of an ordinary day, one a minute, as a client does. */
async function say(...calls: object[]) {
  const batch = calls.map((call) => {
    said += 1;
    return { messageId: `m${said}`, timestamp: new Date(Date.UTC(2026, 0, 5, 12, said)).toISOString(), ...call };
  });
  const response = await fetch(`${pelton.url}/v1/batch`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({ batch }),
  });
  expect(response.status).toBe(200);
}
const look = (who: object) => ({ type: 'track', event: 'Looked', ...who });
const identify = (anonymousId: string, userId: string, traits = {}) => ({
  type: 'identify',
  anonymousId,
  userId,
  traits,
});
const portrait = (userId: string) => api.get<UserPortrait>(`/api/users/portrait/${userId}`);
async function visitors() {
  const values = await api.get<MetricValues>(
    '/api/metrics/visitors/values?grain=day&from=2026-01-05T00:00:00Z&to=2026-01-06T00:00:00Z',
  );
  return values.kind === 'series'
    ? values.points.find(({ period }) => period.startsWith('2026-01-05'))?.users
    : undefined;
}

async function tagged() {
  const params = { rules: [{ event: 'Looked' }] };
  const preview = await api.post<TagPreview>('/api/tags/preview', { template: 'behaviour', params });
  return preview.sample.map(({ userId }) => userId);
}

test('a visitor’s past is a user’s the moment that the visitor signs in, and the same by any other device', async () => {
  await say(look({ anonymousId: 'phone' }), look({ anonymousId: 'phone' }), look({ anonymousId: 'laptop' }));
  expect([await visitors(), await tagged()]).toEqual([0, []]);
  await say(identify('phone', 'ann', { name: 'Ann' }));
  expect([await visitors(), (await portrait('ann')).events, await tagged()]).toEqual([1, 3, ['ann']]);
  await say(identify('laptop', 'ann'), look({ anonymousId: 'laptop' }), look({ userId: 'ann' }));
  expect([await visitors(), (await portrait('ann')).events]).toEqual([1, 7]);
  const timeline = await api.get<Event[]>('/api/events?userId=ann&limit=20');
  expect(timeline.filter(({ event }) => event === 'Looked').map(({ anonymousId }) => anonymousId)).toEqual([
    '',
    'laptop',
    'laptop',
    'phone',
    'phone',
  ]);
});

test('a backfilled event of a visitor counts as the user’s at once', async () => {
  await say({ ...look({ anonymousId: 'phone' }), timestamp: '2026-01-04T09:00:00Z' });
  expect((await portrait('ann')).firstAt).toBe('2026-01-04T09:00:00.000Z');
});

test('two known people are not made one, and the log says why', async () => {
  await say(identify('tablet', 'bob'), look({ userId: 'bob' }));
  await say({ type: 'alias', userId: 'ann', previousId: 'bob' }, identify('tablet', 'ann'), identify('null', 'ann'));
  expect(await visitors()).toBe(2);
  const claims = (await portrait('ann')).identities.map(({ identifier, state }) => [identifier, state]);
  expect(Object.fromEntries(claims)).toEqual({
    phone: 'joined',
    laptop: 'joined',
    bob: 'known',
    tablet: 'taken',
    null: 'junk',
  });
});

test('a member parts what does not belong together, and joins it again', async () => {
  await api.post('/api/users/identities/split', { identifier: 'laptop', userId: 'ann' });
  const before = await portrait('ann');
  expect(before.identities.find(({ identifier }) => identifier === 'laptop')?.state).toBe('split');
  await say(identify('laptop', 'ann'));
  expect((await portrait('ann')).identities.find(({ identifier }) => identifier === 'laptop')?.state).toBe('split');
  await api.post('/api/users/identities/join', { identifier: 'laptop', userId: 'ann' });
  // The three looks of the laptop are back; its second identify call was Ann's own all the time.
  expect((await portrait('ann')).events).toBe(before.events + 1 + 2);
});

test('a member is told why two cannot be joined', async () => {
  await expect(api.post('/api/users/identities/join', { identifier: 'guest', userId: 'ann' })).rejects.toMatchObject({
    status: 422,
    answer: { code: 'PARAM_INVALID' },
  });
});
