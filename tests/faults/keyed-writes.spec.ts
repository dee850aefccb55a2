import {
  type Graph,
  type HookAddress,
  type HookAnswer,
  type Key,
  type RunSummary,
  type Sample,
} from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api, RefusedError } from '../support/api.js';
import { inPairs } from '../support/pairs.js';
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

/** A pipeline that a webhook starts, and of which one run at a time goes on, which does not end. */
async function publish(name: string, trigger: Graph['trigger']) {
  const rows = { id: 'rows', uses: 'core/trigger', with: {}, inputs: {} };
  const settings = { atOnce: 1, whenBusy: 'skip' };
  const graph = { steps: [rows, NEVER_DONE], layout: {}, trigger, settings };
  await api.post('/api/pipelines', { name, title: name, graph });
  await api.post(`/api/pipelines/${name}/publish`);
}

describe(
  'pairs of the same request at the same moment have one effect and one answer each',
  { timeout: 600_000 },
  () => {
    test('a thousand writes of the API', async () => {
      const make = (pair: number) =>
        api.post<Made>('/api/keys', { title: `pair ${pair}`, scopes: ['read'] }, `key-${pair}`);
      const pairs = await inPairs(1_000, make);
      // Each has a secret of its own, so equal answers are the same answer.
      expect(pairs.filter(([one, two]) => one.secret !== two.secret || one.key.id !== two.key.id)).toEqual([]);
      const kept = (await api.get<Key[]>('/api/keys')).filter(({ title }) => title.startsWith('pair '));
      expect(kept.map(({ id }) => id).sort()).toEqual(pairs.map(([{ key: made }]) => made.id).sort());
      expect(new Set(kept.map(({ title }) => title)).size).toBe(1_000);
      const other = api.post('/api/keys', { title: 'other', scopes: ['read'] }, 'key-0');
      await expect(other).rejects.toThrow(
        '422 IDEMPOTENCY_KEY_USED: Another request came with the Idempotency-Key key-0',
      );
      const long = api.post('/api/keys', { title: 'long', scopes: ['read'] }, 'k'.repeat(201));
      await expect(long).rejects.toThrow('400 BAD_INPUT: Idempotency-Key: Give 1 to 200 characters');
    });

    test('two hundred deliveries to a source of events', async () => {
      const mapping = { event: { value: 'Paired' }, userId: 'user' };
      await api.put('/api/webhooks/shop', { name: 'shop', title: 'Shop', mapping });
      const [address, auth] = [`${pelton.url}/v1/webhook/shop`, { authorization: `Bearer ${key}` }];
      const pairs = await inPairs(200, (pair) =>
        untilTaken(address, { user: `user-${pair}` }, { ...auth, 'idempotency-key': `delivery-${pair}` }),
      );
      expect(new Set(pairs.flat())).toEqual(new Set(['200 {"success":true,"accepted":1,"rejected":[]}']));
      await api.draft('audit', [{ id: 'audit', uses: 'core/sql', with: { query: PAIRED } }]);
      // What comes fast waits in the spool for a moment, and a run looks back from a little before its start.
      const counts = await waitFor(async () => {
        const { id } = await api.run('audit', { draft: true });
        const [audit] = await api.get<Sample[]>(`/api/runs/${id}/steps/audit/samples`);
        return Number(audit?.rows[0]?.[0]) >= 200 && audit?.rows[0]?.map(Number);
      });
      expect(counts).toEqual([200, 200]);
    });

    // A run that is left out because another goes on is the lightest that a call can make.
    test('a thousand calls of webhooks, which start a run each', async () => {
      const columns = [{ name: 'user_id', family: 'text' as const }];
      await publish('paired', { kind: 'webhook', columns });
      const { address } = await api.post<HookAddress>('/api/pipelines/paired/hook');
      const pairs = await inPairs(1_000, (pair) =>
        untilTaken(address ?? '', { user_id: `user-${pair}` }, { 'idempotency-key': `call-${pair}` }),
      );
      expect(pairs.filter(([one, two]) => one !== two || !one.startsWith('202 '))).toEqual([]);
      const runs = await api.get<RunSummary[]>('/api/runs?limit=1000&pipeline=paired');
      const answered = pairs.map(([answer]) => (JSON.parse(answer.slice(4)) as HookAnswer).run);
      expect(runs.map(({ id }) => id).sort()).toEqual(answered.sort());
    });
  },
);

test('what a kill -9 breaks off has one effect when it is sent again, or it is said that nobody knows', async () => {
  const columns = [{ name: 'user_id', family: 'text' as const }];
  await publish('broken-off', { kind: 'webhook', columns });
  const { address } = await api.post<HookAddress>('/api/pipelines/broken-off/hook');
  const numbers = Array.from({ length: 10 }, (_, number) => number);
  const call = (number: number) =>
    untilTaken(
      pelton.url + new URL(address ?? '').pathname,
      { user_id: `user-${number}` },
      { 'idempotency-key': `broken-${number}` },
    );
  const make = (number: number) =>
    api.post<Made>('/api/keys', { title: `broken ${number}`, scopes: ['read'] }, `broken-${number}`).then(
      ({ key: made }) => made.id,
      (error: unknown) => (error instanceof RefusedError ? error.answer.code : 'no answer'),
    );
  const firstCalls = numbers.map(call);
  const moreNumbers = Array.from({ length: 40 }, (_, number) => number);
  const firstKeys = moreNumbers.map(make);
  await Promise.race([...firstCalls, ...firstKeys]);
  await pelton.kill();
  const broken = await Promise.all(firstKeys);
  pelton = await startPelton({ dataDir, env: { PELTON_PORT: new URL(pelton.url).port } });
  api = await Api.signIn(pelton.url);

  const runs = (await Promise.all([...firstCalls, ...numbers.map(call)])).map((text) => text.replace('202 ', ''));
  const started = await api.get<RunSummary[]>('/api/runs?limit=1000&pipeline=broken-off');
  expect(started.length).toBe(numbers.length);
  expect(new Set(runs.map((text) => (JSON.parse(text) as HookAnswer).run))).toEqual(
    new Set(started.map(({ id }) => id)),
  );

  expect(broken).toContain('no answer');
  const answers = await Promise.all(moreNumbers.map(make));
  const made = await api.get<Key[]>('/api/keys');
  const idsOf = (number: number) => made.filter(({ title }) => title === `broken ${number}`).map(({ id }) => id);
  const wrong = answers.filter((answer, number) =>
    answer === 'IDEMPOTENCY_UNKNOWN' ? idsOf(number).length > 1 : String(idsOf(number)) !== answer,
  );
  expect(wrong).toEqual([]);
});

type Made = { key: Key; secret: string };
const PAIRED = "SELECT count(), uniqExact(user_id) FROM events WHERE event = 'Paired'";
const NEVER_DONE = {
  ...{ id: 'busy', uses: 'core/sql', with: { query: "SELECT toInt32(materialize('none')) AS n FROM numbers(1)" } },
  ...{ inputs: {}, retry: { times: 1, waitSeconds: 3600, backoff: 1, jitter: false } },
};

/** Sends as senders do: the same again when it is told to, or when a connection breaks. @returns status and body */
function untilTaken(address: string, body: object, headers: Record<string, string>): Promise<string> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  };
  return waitFor(async () => {
    const response = await fetch(address, request).catch(() => undefined);
    const text = await response?.text();
    return response && !response.headers.has('retry-after') && `${response.status} ${text}`;
  });
}
