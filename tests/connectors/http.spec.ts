import type { IncomingMessage, ServerResponse } from 'node:http';
import httpPlugin from '@pelton/connector-http';
import type { ConnectionCheck } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { json, type SourceHttp, startHttp } from '../support/source-http.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const ORDERS = Array.from({ length: 25 }, (_, index) => ({
  id: index + 1,
  price: index / 2,
  paid: index % 2 === 0,
  at: new Date(Date.UTC(2024, 0, 1, index)).toISOString(),
  lines: [{ sku: `s${index}` }],
}));
const SIZE = 10;

let pelton: Pelton;
let source: SourceHttp;
let api: Api;
let busyTimes = 0;
let hasFresh = false;
let breaksOff = false;

beforeAll(async () => {
  [pelton, source] = await Promise.all([startPelton(), startHttp(answer)]);
  api = await Api.signIn(pelton.url);
  await connect(api, {
    name: 'api',
    uses: 'http',
    config: { url: `${source.url}/v1`, requestsPerSecond: 100, allowPrivate: true },
  });
});
afterAll(async () => {
  await pelton?.stop();
  await source?.stop();
  removeDataDir(pelton.dataDir);
});

function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
  const [, , kind = ''] = url.pathname.split('/');
  const number = (name: string) => Number(url.searchParams.get(name) ?? '0');
  const slice = (from: number) => ORDERS.slice(from, from + SIZE);
  switch (kind) {
    case 'page':
      return json(response, { data: { items: slice((number('page') - 1) * SIZE) } });
    case 'offset':
      return json(response, slice(number('offset')));
    case 'cursor': {
      const from = number('after');
      return json(response, { rows: slice(from), meta: { next: from + SIZE < ORDERS.length ? from + SIZE : null } });
    }
    case 'link': {
      const next = number('from') + SIZE;
      if (next < ORDERS.length) response.setHeader('link', `<${source.url}/v1/link?from=${next}>; rel="next"`);
      return json(response, slice(number('from')));
    }
    case 'moving': {
      if (breaksOff && number('offset') > 0) return json(response, { error: 'not yours' }, 403);
      const fresh = hasFresh ? { fresh: 'f' } : {};
      return json(
        response,
        slice(number('offset')).map(({ id }) => ({ id, ...fresh })),
      );
    }
    case 'since':
      return json(
        response,
        ORDERS.filter(({ at }) => at >= (url.searchParams.get('since') ?? '')),
      );
    case 'busy':
      busyTimes += 1;
      if (busyTimes % 3 === 0) return json(response, ORDERS);
      response.setHeader('retry-after', '1');
      return json(response, { error: 'slow down' }, 429);
    case 'export.csv':
      response.writeHead(200, { 'content-type': 'text/csv' }).end('id,name,when\n1,"A, b",2024-01-01\n2,,\n');
      return undefined;
    case 'away':
      response.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end();
      return undefined;
    case 'who':
      return json(response, [
        {
          authorization: request.headers.authorization ?? null,
          key: request.headers['x-key'] ?? url.searchParams.get('key'),
        },
      ]);
    case 'contacts':
      return json(response, { error: 'name is missing' }, url.pathname.endsWith('/2') ? 422 : 201);
    default:
      return json(response, { error: 'unknown' }, 404);
  }
}

describe('pages', () => {
  test.each([
    ['page', { records: '$.data.items[*]' }],
    ['offset', {}],
    ['cursor', { records: 'rows', pageParam: 'after', nextPath: 'meta.next' }],
    ['link', {}],
  ])('by %s give every record once', async (paging, options) => {
    await addSync(api, { name: paging, connection: 'api', stream: { stream: paging, paging, ...options } });
    expect(await runSync(api, paging)).toMatchObject({ state: 'done', rows: 25, way: 'streamed' });
    const rows = await rowsOf(api, paging);
    expect(rows.map(([id]) => Number(id)).sort((a, b) => a - b)).toEqual(ORDERS.map(({ id }) => id));
    expect(rows[0]).toEqual([1, 0, true, '2024-01-01T00:00:00.000Z', '[{"sku":"s0"}]']);
  });

  test('of a CSV file are its lines, with empty values as nulls', async () => {
    await addSync(api, { name: 'csv', connection: 'api', stream: { stream: 'export.csv' } });
    expect(await runSync(api, 'csv')).toMatchObject({ state: 'done', rows: 2 });
    expect(await rowsOf(api, 'csv')).toEqual([
      [1, 'A, b', '2024-01-01'],
      [2, null, null],
    ]);
  });
});

test('records that change, and pages that break off', async () => {
  const config = { url: `${source.url}/v1`, requestsPerSecond: 100, allowPrivate: true };
  await connect(api, { name: 'moving', uses: 'http', config });
  const found = await changeAndBreak({
    ...{ api, connection: 'moving', stream: { stream: 'moving', paging: 'offset' } },
    addFresh: () => {
      hasFresh = true;
    },
    breakOff: () => {
      breaksOff = true;
    },
  });
  expect(found).toEqual(NOTHING_LOST);
});

test('an incremental sync asks for what is new', async () => {
  await addSync(api, {
    ...{ name: 'since', connection: 'api', stream: { stream: 'since', sinceParam: 'since' } },
    ...{ mode: 'incremental', cursor: 'at', primaryKey: ['id'] },
  });
  expect(await runSync(api, 'since')).toMatchObject({ state: 'done', rows: 25 });
  ORDERS.push({ id: 26, price: 1, paid: true, at: '2024-02-01T00:00:00.000Z', lines: [] });
  expect(await runSync(api, 'since')).toMatchObject({ state: 'done', rows: 2 }); // the new one, and the last one again
  ORDERS.pop();
  expect(source.seen.at(-1)).toBe('GET /v1/since?since=2024-01-02T00%3A00%3A00.000Z');
  expect((await datasetOf(api, 'since')).rows).toBe(26);
});

test('a server is asked no more often than the connection allows', async () => {
  const started = performance.now();
  const stream = { stream: 'offset', paging: 'offset' };
  expect(await records({ ...argumentOf({ requestsPerSecond: 5 }), stream })).toHaveLength(25);
  expect(performance.now() - started).toBeGreaterThanOrEqual(390); // three pages, a fifth of a second apart
});

test('a server that is asked too often is asked again when it says so', async () => {
  await addSync(api, { name: 'busy', connection: 'api', stream: { stream: 'busy' } });
  const run = await runSync(api, 'busy');
  expect(run).toMatchObject({ state: 'done', rows: 25 });
  expect(Date.parse(run.finishedAt ?? '') - Date.parse(run.startedAt ?? '')).toBeGreaterThanOrEqual(2_000);
});

test.each([
  ['bearer', undefined, { authorization: 'Bearer s3cret', key: null }],
  ['basic', 'ann', { authorization: `Basic ${Buffer.from('ann:s3cret').toString('base64')}`, key: null }],
  ['header', 'X-Key', { authorization: null, key: 's3cret' }],
  ['query', 'key', { authorization: null, key: 's3cret' }],
])('signs in with %s', async (auth, name, expected) => {
  const argument = argumentOf({ auth, ...(name && { name }) }, { token: 's3cret' });
  expect(await records({ ...argument, stream: { stream: 'who' } })).toEqual([expected]);
});

describe('addresses', () => {
  const check = (config: object) =>
    api.post<ConnectionCheck>('/api/connections/check', { kind: 'connector', uses: 'http', secrets: {}, config });

  test('of the own network have to be allowed, and link-local ones never are', async () => {
    expect(await check({ url: source.url })).toMatchObject({
      ok: false,
      message: '127.0.0.1 is a loopback address. An admin may allow addresses of the own network in the connection.',
    });
    for (const host of ['localhost', '[::1]', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', '0.0.0.0', '10.0.0.1'])
      expect((await check({ url: `http://${host}:${new URL(source.url).port}` })).ok).toBe(false);
    expect((await check({ url: source.url, allowPrivate: true })).ok).toBe(true);
    expect(await check({ url: 'http://169.254.169.254', allowPrivate: true })).toMatchObject({ ok: false });
  });

  test('that a redirect leads to are checked too', async () => {
    const reading = records({ ...argumentOf({}), stream: { stream: 'away' } });
    await expect(reading).rejects.toThrow('169.254.169.254 is a link-local address');
  });

  test('that do not answer say what to mend', async () => {
    const gone = await startHttp((_request, response) => response.end());
    await gone.stop();
    expect((await check({ url: gone.url, allowPrivate: true })).message).toContain('nothing listens there');
    const reading = records({ ...argumentOf({}), stream: { stream: 'nothing' } });
    await expect(reading).rejects.toThrow('it answered 404; there is nothing at this path');
  });
});

test('a row that is refused does not keep the others from being written', async () => {
  const results = await calls().write?.({
    ...argumentOf({}),
    target: { path: 'contacts', method: 'PUT' },
    batch: { mode: 'update', keys: ['id'], records: [{ id: 1 }, { id: 2 }, { id: 3 }] },
  });
  expect(results?.map(({ ok }) => ok)).toEqual([true, false, true]);
  expect(results?.[1]).toMatchObject({ reason: expect.stringContaining('name is missing') as string });
  expect(source.seen.slice(-3)).toEqual(['PUT /v1/contacts/1', 'PUT /v1/contacts/2', 'PUT /v1/contacts/3']);
});

function calls() {
  const [connector] = httpPlugin.contributions;
  if (connector?.kind !== 'connector') throw new Error('It brings a connector');
  return connector.calls;
}

function argumentOf(config: object, secrets: Record<string, string> = {}) {
  const url = `${source.url}/v1`;
  return { config: { url, allowPrivate: true, ...config }, secrets, files: { uploads: '', allowed: [] } };
}

async function records(argument: Parameters<ReturnType<typeof calls>['read']>[0]): Promise<unknown[]> {
  const found: unknown[] = [];
  for await (const message of calls().read(argument)) if (message.type === 'RECORDS') found.push(...message.records);
  return found;
}
