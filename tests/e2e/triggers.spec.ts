import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import {
  type Graph,
  type HookAddress,
  type HookAnswer,
  isRunOver,
  type Pipeline,
  type RunSummary,
  type Sample,
} from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { send } from '../support/collected.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { waitFor } from '../support/wait-for.js';

let dataDir: string;
let pelton: Pelton;
let api: Api;
let key: string;
beforeAll(async () => {
  dataDir = newDataDir();
  pelton = await startPelton({ dataDir });
  api = await Api.signIn(pelton.url);
  key = (await api.post<{ secret: string }>('/api/keys', { title: 'shop', scopes: ['write'] })).secret;
});
afterAll(async () => {
  await pelton.stop();
  removeDataDir(dataDir);
});

/** A pipeline that does nothing with what started it. */
async function publish(name: string, trigger: Graph['trigger'], more: { steps?: object[]; settings?: object } = {}) {
  const { settings } = more;
  const steps = [
    { id: 'rows', uses: 'core/trigger', with: {}, inputs: {} },
    { id: 'all', uses: 'core/filter', with: { condition: { combinator: 'and', rules: [] } }, inputs: { rows: 'rows' } },
    ...(more.steps ?? []),
  ];
  await api.post('/api/pipelines', {
    ...{ name, title: name },
    graph: { steps, layout: {}, trigger, ...(settings && { settings }) },
  });
  await api.post(`/api/pipelines/${name}/publish`);
}

/** The runs of a pipeline when there are so many, all of them over; the first first. */
function runsOf(pipeline: string, count: number): Promise<RunSummary[]> {
  return waitFor(
    async () => {
      const runs = await api.get<RunSummary[]>(`/api/runs?pipeline=${pipeline}`);
      return runs.length >= count && runs.every(isRunOver) ? runs.toReversed() : undefined;
    },
    { what: `${count} runs of ${pipeline}` },
  );
}

/** Sends an event of each user, as a shop does. */
async function track(event: string, users: readonly string[]): Promise<void> {
  const batch = users.map((userId) => ({ type: 'track', event, userId, messageId: randomUUID() }));
  const sent = await send({ url: pelton.url, key }, '/v1/batch', { batch });
  expect(sent.status).toBe(200);
}

/** The users that came out of a run's last step. */
async function usersOf({ id }: RunSummary): Promise<string[]> {
  const [sample] = await api.get<Sample[]>(`/api/runs/${id}/steps/all/samples`);
  const at = sample?.columns.findIndex(({ name }) => name === 'user_id') ?? -1;
  return (sample?.rows ?? []).flatMap(({ [at]: user }) => (typeof user === 'string' ? [user] : [])).sort();
}

describe('a pipeline is started', () => {
  test('by events, each in one run, and by the end of that run', async () => {
    await publish('orders', { kind: 'event', event: 'Bought', everySeconds: 1, entry: { again: 'never', days: 30 } });
    await publish('after', { kind: 'after', pipeline: 'orders', on: 'done' });
    for (const users of [
      ['ann', 'bob'],
      ['ann', 'cleo'],
    ]) {
      const before = (await api.get<RunSummary[]>('/api/runs?pipeline=orders')).length;
      await track('Bought', users);
      await runsOf('orders', before + 1);
    }
    const runs = await runsOf('orders', 2);
    expect(runs.map(({ state, cause }) => [state, cause])).toEqual(
      runs.map(() => ['done', { kind: 'event', by: 'Bought' }]),
    );
    expect((await Promise.all(runs.map(usersOf))).flat()).toEqual(['ann', 'bob', 'cleo']);
    const after = await runsOf('after', runs.length);
    expect(after.map(({ cause }) => cause.by ?? '').sort()).toEqual(runs.map(({ id }) => id).sort());
  });

  test('by a call of its secret address, once for one key of the sender', async () => {
    const columns = [{ name: 'user_id', family: 'text' as const }];
    await publish('called', { kind: 'webhook', rows: 'people', columns });
    expect(await api.get<HookAddress>('/api/pipelines/called/hook')).toEqual({ address: null });
    const { address } = await api.post<HookAddress>('/api/pipelines/called/hook');
    const call = async (people: object[], once: string) =>
      fetch(address ?? '', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'idempotency-key': once },
        body: JSON.stringify({ people }),
      });
    const first = await call([{ user_id: 'ann' }, { user_id: 'bob' }], 'one');
    expect(first.status).toBe(202);
    const answer = (await first.json()) as HookAnswer;
    const again = await call([{ user_id: 'ann' }, { user_id: 'bob' }], 'one');
    expect([again.status, ((await again.json()) as HookAnswer).run]).toEqual([202, answer.run]);
    const other = await call([{ user_id: 'ann' }], 'one');
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, 'IDEMPOTENCY_KEY_USED']);
    const pairs = await Promise.all(
      Array.from({ length: 8 }, async (_, pair) => {
        const answers = await Promise.all([0, 1].map(() => call([{ user_id: `p${pair}` }], `pair-${pair}`)));
        return Promise.all(answers.map(async (each) => ((await each.json()) as HookAnswer).run));
      }),
    );
    for (const [one, two] of pairs) expect(one).toBe(two);
    const runs = await runsOf('called', 9);
    expect(new Set(runs.map(({ id }) => id))).toEqual(new Set([answer.run, ...pairs.map(([one]) => one)]));
    expect(new Set((await Promise.all(runs.map(usersOf))).map(String))).toEqual(
      new Set(['ann,bob', ...pairs.map((_, pair) => `p${pair}`)]),
    );

    await api.put('/api/pipelines/called/trigger', { isPaused: true });
    expect((await call([{ user_id: 'dora' }], 'two')).status).toBe(409);
    await api.put('/api/pipelines/called/trigger', { isPaused: false });
    await api.post<HookAddress>('/api/pipelines/called/hook');
    expect((await call([{ user_id: 'dora' }], 'three')).status).toBe(404);
  });

  test('and not by itself in a circle, which cannot be published', async () => {
    await publish('first', { kind: 'after', pipeline: 'called', on: 'done' });
    await publish('second', { kind: 'after', pipeline: 'first', on: 'done' });
    const { revision, draft } = await api.get<Pipeline>('/api/pipelines/first');
    const graph = { ...draft, trigger: { kind: 'after', pipeline: 'second', on: 'done' } };
    await api.put('/api/pipelines/first/draft', { revision, graph });
    await expect(api.post('/api/pipelines/first/publish')).rejects.toThrow('would start each other for ever');
  });
});

test('whoever comes in while Pelton is killed again and again is in one run', async () => {
  await publish('killed', {
    kind: 'event',
    event: 'Killed',
    everySeconds: 1,
    entry: { again: 'every-time', days: 30 },
  });
  const users: string[] = [];
  for (let kill = 0; kill < 2; kill++) {
    const user = `user-${kill}`;
    users.push(user);
    await track('Killed', [user]);
    // Somewhere between what arrived and its run: at once, and when a batch is due.
    await pause(kill * 700);
    await pelton.kill();
    pelton = await startPelton({ dataDir });
    api = await Api.signIn(pelton.url);
  }
  const seen = await waitFor(async () => {
    const runs = await runsOf('killed', 1);
    const found = (await Promise.all(runs.map(usersOf))).flat().sort();
    return found.length >= users.length ? found : undefined;
  });
  expect(seen).toEqual(users);
});
