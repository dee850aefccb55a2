import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';
import type { Run } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { connectUploads, problemsOf, rowsAt, sendFile, sentBy, uploadRows } from '../support/sending.js';
import { type SourceHttp, startHttp } from '../support/source-http.js';
import { type SourcePostgres, startPostgres } from '../support/source-postgres.js';
import { addSync, connect, runSync } from '../support/syncing.js';

const ROWS = 1_000;

let pelton: Pelton;
let database: SourcePostgres;
let endpoint: SourceHttp;
let api: Api;
/** What the endpoint took: path, key, record. */
const received: { path: string; key: string | undefined; record: unknown }[] = [];
let timesBusy = 0;
let isMended = false;

beforeAll(async () => {
  [pelton, database, endpoint] = await Promise.all([
    startPelton(),
    startPostgres(),
    startHttp((request, response, url) => void take(request, response, url)),
  ]);
  api = await Api.signIn(pelton.url);
  await connectUploads(api);
  await connect(api, { name: 'crm', uses: 'postgres', config: database.config, secrets: database.secrets });
  await connect(api, {
    ...{ name: 'api', uses: 'http' },
    config: { url: endpoint.url, allowPrivate: true, requestsPerSecond: 1_000 },
  });
  const people = Array.from({ length: ROWS }, (_, index) => `${index + 1},p${index + 1}@example.org,${index / 4}`);
  await uploadRows(api, 'people.csv', ['id,email,score', ...people]);
  await uploadRows(api, 'four.csv', ['id,name', '1,one', '2,two', '3,', '4,four']);
});
afterAll(async () => {
  await pelton?.stop();
  await database?.stop();
  await endpoint?.stop();
  removeDataDir(pelton.dataDir);
});

async function take(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const record = (await readJson(request)) as { id?: number };
  const [, kind] = url.pathname.split('/');
  const answer = (status: number) => response.writeHead(status, { 'retry-after': '0' }).end(`{"id":${record.id}}`);
  if (kind === 'broken' && !isMended && record.id === 2) return void answer(500);
  if (kind === 'strange' && record.id === 3) return void answer(422);
  if (kind === 'busy' && (timesBusy += 1) <= 2) return void answer(429);
  received.push({ path: url.pathname, key: request.headers['idempotency-key']?.toString(), record });
  answer(201);
}

const query = async (text: string) => (await database.client.query<Record<string, unknown>>(text)).rows;

async function run(name: string, uses: string, params: Record<string, unknown>, file = 'people.csv'): Promise<Run> {
  await api.publish(name, sendFile(file, uses, params));
  return api.run(name);
}

describe('rows for a table', () => {
  test('are added by append, again at each run', async () => {
    await query('CREATE TABLE added (id bigint, email text, score numeric, at timestamptz DEFAULT now())');
    const first = await run('added', 'postgres/write', { connection: 'crm', table: 'added' });
    expect(sentBy(first)).toMatchObject({
      ...{ state: 'done', rowsIn: ROWS, rows: { taken: ROWS, refused: 0 } },
      foot: '1000 taken, 0 refused',
    });
    await api.run('added');
    const [sums] = await query(
      'SELECT count(*)::int AS rows, count(DISTINCT id)::int AS ids, sum(score)::float AS score FROM added',
    );
    expect(sums).toEqual({ rows: 2000, ids: 1000, score: 249750 });
  });

  test('change those with the same key by update, and only the columns that are sent', async () => {
    await query('CREATE TABLE updated (id bigint PRIMARY KEY, email text, score numeric, note text)');
    await query(`INSERT INTO updated VALUES (7, 'old@example.org', 1, 'kept'), (5000, 'other@example.org', 2, 'kept')`);
    const params = { connection: 'crm', table: 'updated', mode: 'update', keys: ['id'], columns: ['id', 'email'] };
    expect(sentBy(await run('updated', 'postgres/write', params)).rows).toEqual({ taken: ROWS, refused: 0 });
    await api.run('updated');
    expect(await query('SELECT count(*)::int AS rows FROM updated')).toEqual([{ rows: 1001 }]);
    expect(await query('SELECT * FROM updated WHERE id IN (7, 8, 5000) ORDER BY id')).toEqual([
      { id: '7', email: 'p7@example.org', score: '1', note: 'kept' },
      { id: '8', email: 'p8@example.org', score: null, note: null },
      { id: '5000', email: 'other@example.org', score: '2', note: 'kept' },
    ]);
  });

  test.each([
    ['a unique rule', 'email text UNIQUE, score numeric', `(0, 'p500@example.org')`, 500, 'already exists'],
    ['a check', 'email text, score numeric CHECK (score <> 25)', `(0, '')`, 101, 'violates check constraint'],
    ['a type', 'email varchar(16), score numeric', `(0, '')`, 1_000, 'value too long for type'],
  ])('that break %s are refused one by one, with the reason', async (name, columns, before, id, reason) => {
    const table = name.replace(/\W/g, '_');
    await query(`CREATE TABLE ${table} (id bigint NOT NULL, ${columns})`);
    await query(`INSERT INTO ${table} VALUES ${before}`);
    const finished = await run(table.replaceAll('_', '-'), 'postgres/write', { connection: 'crm', table });
    expect(sentBy(finished)).toMatchObject({ rows: { taken: 999, refused: 1 }, foot: '999 taken, 1 refused' });
    expect(await query(`SELECT count(*)::int AS rows FROM ${table}`)).toEqual([{ rows: 1000 }]);
    expect(await rowsAt(api, finished, 'refused')).toEqual([
      {
        ...{ id, email: `p${id}@example.org`, score: (id - 1) / 4 },
        refusal: expect.stringContaining(reason) as string,
      },
    ]);
  });

  test('keep their values: whole numbers beyond 2^53, decimals, times, lists and nothing', async () => {
    await query(
      'CREATE TABLE kinds (id bigint PRIMARY KEY, exact numeric(30,10), at timestamptz, list int[], more jsonb)',
    );
    await query(`INSERT INTO kinds VALUES
      (9007199254740993, 12345678901234567890.0123456789, '2024-02-29 12:34:56.123456Z', '{1,2}', '{"a": [1]}'),
      (2, NULL, NULL, NULL, NULL)`);
    await query('CREATE TABLE copied (LIKE kinds INCLUDING ALL)');
    const columns = ['id', 'exact', 'at', 'list', 'more'];
    await api.publish('copied', [
      { id: 'rows', uses: 'postgres/read', with: { connection: 'crm', stream: 'kinds' } },
      {
        ...{ id: 'out', uses: 'postgres/write', inputs: { rows: 'rows' } },
        with: { connection: 'crm', table: 'copied', mode: 'update', keys: ['id'], columns },
      },
    ]);
    expect(sentBy(await api.run('copied')).rows).toEqual({ taken: 2, refused: 0 });
    const copy = (table: string) => query(`SELECT ${columns.join(', ')} FROM ${table} ORDER BY id`);
    expect(await copy('copied')).toEqual(await copy('kinds'));
  });

  test('of a draft run are counted and not written', async () => {
    await query('CREATE TABLE draft (id bigint, email text, score numeric)');
    await api.draft('draft', sendFile('people.csv', 'postgres/write', { connection: 'crm', table: 'draft' }));
    const finished = await api.run('draft', { draft: true });
    expect(sentBy(finished)).toMatchObject({ state: 'done', rows: { taken: ROWS, refused: 0 }, foot: '1000 would go' });
    expect(await query('SELECT count(*)::int AS rows FROM draft')).toEqual([{ rows: 0 }]);
  });

  test('of a dataset arrive as the dataset holds them', async () => {
    await query(`CREATE TABLE orders AS SELECT id, 'o' || id AS name FROM generate_series(1, 2500) id`);
    await query('CREATE TABLE orders_out (id int PRIMARY KEY, name text)');
    await addSync(api, { name: 'orders', connection: 'crm', stream: { stream: 'orders' } });
    expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 2_500 });
    await api.publish('orders-out', [
      { id: 'rows', uses: 'core/dataset', with: { dataset: 'orders' } },
      { id: 'out', uses: 'postgres/write', with: { connection: 'crm', table: 'orders_out' }, inputs: { rows: 'rows' } },
    ]);
    expect(sentBy(await api.run('orders-out')).rows).toEqual({ taken: 2_500, refused: 0 });
    const checksum = (table: string) => query(`SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM ${table} t`);
    expect(await checksum('orders_out')).toEqual(await checksum('orders'));
  });
});

describe('what does not fit is told before any run', () => {
  const problems = (params: Record<string, unknown>, uses = 'postgres/write') =>
    problemsOf(api, sendFile('people.csv', uses, params));

  beforeAll(async () => {
    await query('CREATE TABLE narrow (id bigint PRIMARY KEY, email text)');
    await query('CREATE TABLE demanding (id bigint, email text, score numeric, since date NOT NULL)');
  });

  test.each([
    [{ connection: '', table: 'narrow' }, 'connection', 'Choose a connection'],
    [{ connection: 'api', table: 'narrow' }, 'connection', 'api is a connection of http, not of postgres'],
    [{ connection: 'crm', table: '' }, 'table', 'Choose a table'],
    [{ connection: 'crm', table: 'nowhere' }, 'table', 'There is no table nowhere in public'],
    [{ connection: 'crm', table: 'narrow' }, 'columns', 'narrow has no score; it has id, email'],
    [{ connection: 'crm', table: 'demanding' }, 'columns', 'demanding needs since, which the rows do not bring'],
    [{ connection: 'crm', table: 'narrow', mode: 'replace' }, 'mode', ''],
    [{ connection: 'crm', table: 'narrow', mode: 'update', columns: ['id'] }, 'keys', 'Choose the columns that tell'],
    [
      { connection: 'crm', table: 'narrow', mode: 'update', columns: ['id', 'email'], keys: ['email'] },
      'keys',
      'email does not tell the rows of narrow apart. Choose id',
    ],
  ])('%o', async (params, field, message) => {
    expect(await problems(params)).toMatchObject([{ field, message: expect.stringContaining(message) as string }]);
  });

  test('and a pipeline that has it is not published', async () => {
    const steps = sendFile('people.csv', 'http/write', { connection: 'api', path: '' });
    await expect(api.publish('no-path', steps)).rejects.toMatchObject({ answer: { code: 'PIPELINE_HAS_PROBLEMS' } });
  });
});

describe('rows for an endpoint', () => {
  test('are sent one by one, each with a key of its own; a refused one does not stop the others', async () => {
    const finished = await run('strange', 'http/write', { connection: 'api', path: 'strange' }, 'four.csv');
    expect(sentBy(finished).rows).toEqual({ taken: 3, refused: 1 });
    expect(await rowsAt(api, finished, 'refused')).toEqual([
      { id: 3, name: null, refusal: 'it answered 422; check path and parameters. It said: {"id":3}.' },
    ]);
    const taken = received.filter(({ path }) => path === '/strange');
    expect(taken.map(({ record }) => record)).toEqual([
      { id: 1, name: 'one' },
      { id: 2, name: 'two' },
      { id: 4, name: 'four' },
    ]);
    expect(taken.map(({ key }) => key)).toEqual([0, 1, 3].map((row) => `${finished.id}-out-${row}`));
  });

  test('that is too busy for a moment all arrive once', async () => {
    expect(sentBy(await run('busy', 'http/write', { connection: 'api', path: 'busy' }, 'four.csv')).rows).toEqual({
      ...{ taken: 4, refused: 0 },
    });
    expect(received.filter(({ path }) => path === '/busy')).toHaveLength(4);
    expect(timesBusy).toBe(6);
  });

  test('that is broken fail the step, which says which connection and target and goes on when it is mended', async () => {
    const finished = await run('broken', 'http/write', { connection: 'api', path: 'broken' }, 'four.csv');
    expect(sentBy(finished)).toMatchObject({
      state: 'failed',
      error: {
        code: 'DESTINATION_FAILED',
        message:
          'api takes no more rows for broken: it answered 500; check path and parameters. It said: {"id":2}. 1 of 4 rows are through; mend it, and let the run go on from there.',
      },
    });
    // The first row, the second one in the same batch and by itself, then three times more.
    expect(endpoint.seen.filter((line) => line === 'POST /broken')).toHaveLength(6);
    isMended = true;
    await api.post(`/api/runs/${finished.id}/retry`);
    expect(sentBy(await api.finished(finished.id))).toMatchObject({ state: 'done', rows: { taken: 4, refused: 0 } });
    const arrived = received.filter(({ path }) => path === '/broken').map(({ record }) => record);
    expect(arrived).toMatchObject([{ id: 1 }, { id: 2 }, { id: 3 }, { id: 4 }]);
  });

  test('of a tag are its members', async () => {
    const rules = [{ kind: 'did', event: 'Signed Up' }];
    await api.post('/api/tags', {
      name: 'fresh',
      title: 'Fresh',
      template: 'behaviour',
      params: { match: 'all', rules },
    });
    const with_ = { userId: 'name', event: 'Signed Up', timestamp: 'at' };
    await uploadRows(api, 'signups.csv', ['name,at', 'ann,2024-01-01T00:00:00Z', 'bob,2024-01-02T00:00:00Z']);
    await api.publish('members', [
      { id: 'rows', uses: 'file/read', with: { connection: 'uploads', stream: 'signups.csv' } },
      { id: 'events', uses: 'core/to-events', with: with_, inputs: { rows: 'rows' } },
      { id: 'fresh', uses: 'core/tag', with: { tag: 'fresh' } },
      {
        ...{ id: 'out', uses: 'http/write', inputs: { rows: 'fresh' } },
        with: {
          connection: 'api',
          path: 'contacts',
          method: 'PUT',
          mode: 'update',
          keys: ['user_id'],
          columns: ['user_id'],
        },
      },
    ]);
    expect(sentBy(await api.run('members')).rows).toEqual({ taken: 2, refused: 0 });
    const taken = received.filter(({ path }) => path.startsWith('/contacts/'));
    expect(new Map(taken.map(({ path, record }) => [path, record]))).toEqual(
      new Map([
        ['/contacts/ann', { user_id: 'ann' }],
        ['/contacts/bob', { user_id: 'bob' }],
      ]),
    );
  });
});
