import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { isRunOver, type Run, type Sample } from '@pelton/contract';
import { startServices } from '@pelton/embedded';
import { expect, test } from 'vitest';
import { Api, type StepInput } from '../support/api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { type Addresses, RetryOnceClient } from '../support/retry-once.js';
import { sharedUrls } from '../support/shared-urls.js';
import { waitFor } from '../support/wait-for.js';

const RESTARTS = 10;
const MOST_MS = 20_000;
/** Answers between two restarts. */
const BETWEEN = 15;
const EVENTS = 10;

const ORDERS: StepInput[] = [
  { id: 'orders', uses: 'core/sql', with: { query: 'SELECT toString(number) AS who FROM numbers(100)' } },
  {
    id: 'counted',
    uses: 'core/aggregate',
    inputs: { rows: 'orders' },
    with: { measures: [{ name: 'rows', measure: 'count' }] },
  },
];
/** Fails, and waits long before it is tried again, so that its run's changes can be followed for as long as the test lasts. */
const STUCK: StepInput = {
  id: 'stuck',
  uses: 'core/sql',
  with: { query: "SELECT toInt32(materialize('none')) AS n FROM numbers(1)" },
  retry: { times: 1, waitSeconds: 3600, backoff: 1, jitter: false },
};

test('restarted ten times under load, Pelton ends in time, and who asks once more when it is back is answered', async () => {
  const dataDir = newDataDir();
  let pelton = await startPelton({ dataDir });
  const { url } = pelton;
  const load = await startLoad(url, { first: () => url, again: async () => (await isBack(url), url) });
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await load.goesOn();
    await endsInTime(pelton, load.followed);
    pelton = await startPelton({ dataDir, env: { PELTON_PORT: new URL(url).port } });
  }
  expect(await load.end()).toEqual(NOTHING_LOST);
  await pelton.stop();
  removeDataDir(dataDir);
}, 600_000);

test('two servers restarted in turn, ten times under load: who asks the other one at once is answered', async () => {
  const dataDir = newDataDir();
  const services = await startServices({ dataDir });
  const env = { ...sharedUrls(services), PELTON_SECRET_KEY: randomBytes(32).toString('base64') };
  const peltons = [await startPelton({ dataDir, env }), await startPelton({ dataDir, env })];
  const urls = peltons.map(({ url }) => url);
  let [used = ''] = urls;
  const load = await startLoad(used, {
    first: () => used,
    again: async (failed) => (used = urls.find((url) => url !== failed) ?? ''),
  });
  for (let restart = 0; restart < RESTARTS; restart += 1) {
    await load.goesOn();
    const index = urls.indexOf(used);
    const going = peltons[index];
    if (going) await endsInTime(going, load.followed);
    peltons[index] = await startPelton({ dataDir, env: { ...env, PELTON_PORT: new URL(urls[index] ?? '').port } });
  }
  expect(await load.end()).toEqual(NOTHING_LOST);
  for (const pelton of peltons) await pelton.stop();
  await services.stop();
  removeDataDir(dataDir);
}, 600_000);

/** Told to end while streams are open, which are closed. */
async function endsInTime(pelton: Pelton, follow: (url: string) => Promise<Response[]>): Promise<void> {
  const streams = (await follow(pelton.url)).map(readOn);
  await waitFor(async () => streams.every(({ text }) => text().includes('event: ')) || undefined, { what: 'events' });
  const began = performance.now();
  expect(await pelton.stop()).toBe(0);
  expect(performance.now() - began).toBeLessThan(MOST_MS);
  await Promise.all(streams.map(({ end }) => end));
}

/** What has come of an answer so far, and its end. */
function readOn({ body }: Response): { text: () => string; end: Promise<void> } {
  let text = '';
  const read = async () => {
    for await (const chunk of body?.pipeThrough(new TextDecoderStream()) ?? []) text += chunk;
  };
  return { text: () => text, end: read() };
}

function isBack(url: string): Promise<unknown> {
  return waitFor(async () => (await fetch(`${url}/healthz`).catch(() => undefined))?.ok || undefined, {
    what: 'Pelton to be back',
  });
}

/** Pages that are read, runs that are started and followed, and events that are sent, until it is asked for the sum. */
async function startLoad(url: string, addresses: Addresses) {
  const api = await Api.signIn(url);
  await api.publish('orders', ORDERS);
  await api.publish('stuck', [STUCK]);
  const stuck = await api.post<Run>('/api/pipelines/stuck/runs');
  const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'Load', scopes: ['write', 'operate'] });
  const client = new RetryOnceClient(addresses, { authorization: `Bearer ${secret}` });
  const runs: string[] = [];
  const sent: string[] = [];
  const unfinished: string[] = [];
  const ending = new AbortController();
  const forever = async (work: () => Promise<void>) => {
    while (!ending.signal.aborted) await work();
  };

  async function follow(): Promise<void> {
    let run = await client.call<Run>('POST', '/api/pipelines/orders/runs', {});
    if (run) runs.push(run.id);
    while (run && !isRunOver(run)) {
      await pause(20); // as a client does that asks again
      run = await client.call<Run>('GET', `/api/runs/${run.id}`);
    }
    if (run && run.state !== 'done') unfinished.push(run.id);
  }

  async function send(): Promise<void> {
    const batch = Array.from({ length: EVENTS }, (_, index) => ({
      type: 'track',
      event: 'Loaded',
      messageId: `load-${sent.length + index}`,
      userId: 'ann',
    }));
    if (await client.call('POST', '/v1/batch', { batch })) sent.push(...batch.map(({ messageId }) => messageId));
    await pause(20); // a steady sender, not a flood
  }

  const work = Promise.all([forever(follow), forever(follow), forever(send)]);
  return {
    /** Streams of what happens, as pages keep them open. */
    followed: (at: string) =>
      Promise.all(['/api/live', `/api/runs/${stuck.id}/changes`].map((path) => api.at(at).open(path))),
    async goesOn() {
      const enough = client.answered + BETWEEN;
      await waitFor(async () => client.answered >= enough || undefined, { what: 'answers under load' });
    },
    /** What was lost by then, and whether there was a load at all. */
    async end() {
      ending.abort();
      await work;
      const all = await api.get<Run[]>('/api/runs?limit=1000');
      const kept = new Set(all.filter(({ pipeline }) => pipeline === 'orders').map(({ id }) => id));
      await api.draft('audit', [{ id: 'audit', uses: 'core/sql', with: { query: LOADED } }]);
      const { id } = await api.run('audit', { draft: true });
      const [audit] = await api.get<Sample[]>(`/api/runs/${id}/steps/audit/samples`);
      const [rows, events] = (audit?.rows[0] ?? []).map(Number);
      return {
        wasRetried: client.retried > 0,
        hadLoad: runs.length >= RESTARTS && sent.length >= RESTARTS * EVENTS,
        failed: client.failed,
        unfinished,
        lostRuns: runs.filter((run) => !kept.has(run)),
        doubledRuns: kept.size - runs.length,
        lostEvents: sent.length - (events ?? 0),
        doubledEvents: (rows ?? 0) - (events ?? 0),
      };
    },
  };
}

const NOTHING_LOST = {
  ...{ wasRetried: true, hadLoad: true, failed: [], unfinished: [] },
  ...{ lostRuns: [], doubledRuns: 0, lostEvents: 0, doubledEvents: 0 },
};
const LOADED = "SELECT count(), uniqExact(message_id) FROM events WHERE event = 'Loaded'";
