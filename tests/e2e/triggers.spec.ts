import type { Event, Graph, HookAddress, HookAnswer, Pipeline, RunSummary, TriggerStatus } from '@pelton/contract';
import { isRunOver } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { waitFor } from '../support/wait-for.js';

let dataDir: string;
let pelton: Pelton;
let api: Api;
beforeAll(async () => {
  dataDir = newDataDir();
  pelton = await startPelton({ dataDir });
  api = await Api.signIn(pelton.url);
});
afterAll(async () => {
  await pelton.stop();
  removeDataDir(dataDir);
});

/** A pipeline that stores what started it as events of a name. */
async function publish(name: string, trigger: Graph['trigger'], more: Partial<Graph> = {}, userId = 'user_id') {
  const steps = [
    { id: 'rows', uses: 'core/trigger', with: {}, inputs: {} },
    { id: 'seen', uses: 'core/to-events', with: { event: `Seen by ${name}`, userId }, inputs: { rows: 'rows' } },
  ];
  await api.post('/api/pipelines', { name, title: name, graph: { steps, layout: {}, trigger, ...more } });
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

async function usersSeenBy(name: string): Promise<string[]> {
  const events = await api.get<Event[]>(`/api/events?event=${encodeURIComponent(`Seen by ${name}`)}`);
  return events.map(({ userId }) => userId).sort();
}

describe('a pipeline is started', () => {
  test('by events, each in one run, and by the end of that run', async () => {
    await publish('orders', { kind: 'event', event: 'Bought', everySeconds: 1, entry: { again: 'never', days: 30 } });
    await publish('after', { kind: 'after', pipeline: 'orders', on: 'done' }, {}, 'pipeline');
    const { key } = await api.post<{ key: string }>('/api/keys', { title: 'shop', scopes: ['write'] });
    for (const users of [['ann', 'bob'], ['ann', 'cleo']]) {
      const batch = users.map((userId, index) => ({ type: 'track', event: 'Bought', userId, messageId: `${users}${index}` }));
      const before = (await api.get<RunSummary[]>('/api/runs?pipeline=orders')).length;
      const sent = await fetch(`${pelton.url}/v1/batch`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ batch }),
      });
      expect(sent.status).toBe(200);
      await runsOf('orders', before + 1);
    }
    const runs = await runsOf('orders', 2);
    expect(runs.map(({ state, cause }) => [state, cause])).toEqual(
      runs.map(() => ['done', { kind: 'event', by: 'Bought' }]),
    );
    expect(await usersSeenBy('orders')).toEqual(['ann', 'bob', 'cleo']);
    const after = await runsOf('after', runs.length);
    expect(after.map(({ cause }) => cause.by).sort()).toEqual(runs.map(({ id }) => id).sort());
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
    expect(((await (await call([{ user_id: 'ann' }], 'one')).json()) as HookAnswer).run).toBe(answer.run);
    expect((await runsOf('called', 1)).map(({ id }) => id)).toEqual([answer.run]);
    expect(await usersSeenBy('called')).toEqual(['ann', 'bob']);

    await api.put('/api/pipelines/called/trigger', { isPaused: true });
    expect((await call([{ user_id: 'dora' }], 'two')).status).toBe(409);
    await api.put('/api/pipelines/called/trigger', { isPaused: false });
    await api.post<HookAddress>('/api/pipelines/called/hook');
    expect((await call([{ user_id: 'dora' }], 'three')).status).toBe(404);
  });

  test('and not by itself in a circle, which cannot be published', async () => {
    await publish('first', { kind: 'after', pipeline: 'called', on: 'done' }, {}, 'pipeline');
    await publish('second', { kind: 'after', pipeline: 'first', on: 'done' }, {}, 'pipeline');
    const { revision, draft } = await api.get<Pipeline>('/api/pipelines/first');
    const graph = { ...draft, trigger: { kind: 'after', pipeline: 'second', on: 'done' } };
    await api.put('/api/pipelines/first/draft', { revision, graph });
    await expect(api.post('/api/pipelines/first/publish')).rejects.toThrow('would start each other for ever');
  });
});

test('a run that was due when Pelton was killed starts once when it is there again', async () => {
  const trigger = { kind: 'schedule', cron: '* * * * *', timezone: 'UTC', missed: 'run-once' } as const;
  await publish('minutely', trigger, {}, 'due_at');
  const { trigger: status } = await api.get<Pipeline>('/api/pipelines/minutely');
  const dueAt = status?.nextAt ?? '';
  await pelton.kill();
  await waitFor(() => Promise.resolve(Date.now() > Date.parse(dueAt) ? true : undefined), { what: 'the next minute' });
  pelton = await startPelton({ dataDir });
  api = await Api.signIn(pelton.url);
  const [run] = await runsOf('minutely', 1);
  expect(run?.cause).toEqual({ kind: 'schedule', by: dueAt });
  await api.put<TriggerStatus>('/api/pipelines/minutely/trigger', { isPaused: true });
  const causes = (await runsOf('minutely', 1)).map(({ cause }) => cause.by);
  expect(new Set(causes).size).toBe(causes.length);
});
