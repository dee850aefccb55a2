import { type ClickHouseClient, createClient } from '@clickhouse/client';
import plugin from '@pelton/connector-clickhouse';
import type { ConnectionCheck, Run, StreamInfo } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import type { ConnectorCalls } from '@pelton/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const calls = plugin.contributions[0]?.calls as Required<ConnectorCalls>; // all but a relation

/** Another ClickHouse than Pelton's own: ours, started a second time. */
const dataDir = newDataDir();
let services: Services;
let client: ClickHouseClient;
let pelton: Pelton;
let api: Api;
let config: { url: string; database: string; user: string };
let secrets: { password: string };

beforeAll(async () => {
  const unused = { mongodbUrl: 'mongodb://unused', queueUrl: 'redis://unused' };
  [services, pelton] = await Promise.all([startServices({ dataDir, ...unused }), startPelton()]);
  const url = new URL(services.clickhouseUrl);
  secrets = { password: decodeURIComponent(url.password) };
  config = { url: url.origin, database: 'shop', user: decodeURIComponent(url.username) };
  client = createClient({ url: services.clickhouseUrl });
  await query('CREATE DATABASE shop');
  api = await Api.signIn(pelton.url);
  await connect(api, { name: 'shop', uses: 'clickhouse', config, secrets });
});
afterAll(async () => {
  await client?.close();
  await pelton?.stop();
  await services?.stop();
  for (const folder of [dataDir, pelton.dataDir]) removeDataDir(folder);
});

const query = (text: string) => client.command({ query: text });
const rows = async (text: string) => (await client.query({ query: text, format: 'JSONEachRow' })).json();

describe('a connection', () => {
  const check = (change: object, password = secrets) =>
    api.post<ConnectionCheck>('/api/connections/check', {
      ...{ kind: 'connector', uses: 'clickhouse', secrets: password, config: { ...config, ...change } },
    });

  test('that is right says what it sees', async () => {
    await query('CREATE TABLE shop.seen (id Int32) ENGINE = MergeTree ORDER BY id');
    const message = expect.stringMatching(/^\d+ tables in shop$/) as string;
    expect(await check({})).toMatchObject({ ok: true, message });
  });

  test.each([
    [{}, { password: 'wrong' }, 'it refused user or password of'],
    [{ url: 'http://127.0.0.1:1' }, undefined, 'nothing listens there. Check host and port'],
    [{ url: 'http://nowhere.invalid:8123' }, undefined, 'the name of the host is not known'],
    [{ database: 'nothing' }, undefined, 'there is no database nothing'],
    [{ url: 'http://user:password@host:8123' }, undefined, 'without user and password'],
  ])('that is wrong in %o says what to mend', async (change, password, message) => {
    const result = await check(change, password);
    expect(result.ok).toBe(false);
    expect(result.message).toContain(message);
  });

  test('to something else does not tell what answers there', async () => {
    const result = await check({ url: pelton.url });
    expect(result).toMatchObject({ ok: false, message: expect.stringContaining('is no ClickHouse') as string });
  });

  test('offers tables and views with types, what keeps one row a key, and what tells new rows', async () => {
    await query(`CREATE TABLE shop.people (id UInt64, name LowCardinality(Nullable(String)), born Date, tags Array(String),
      created_at DateTime, updated_at DateTime64(3, 'Asia/Seoul')) ENGINE = ReplacingMergeTree(updated_at) ORDER BY id`);
    await query('CREATE VIEW shop.names AS SELECT id, name FROM shop.people');
    await query(`CREATE TABLE shop.log (at DateTime('UTC'), n Int64) ENGINE = MergeTree ORDER BY (toDate(at), n)`);
    const streams = await api.get<StreamInfo[]>('/api/connections/shop/streams');
    expect(streams.find(({ name }) => name === 'people')).toMatchObject({
      rows: 0,
      columns: [
        { name: 'id', type: 'UInt64' },
        { name: 'name', type: 'Nullable(String)' },
        { name: 'born', type: 'Date' },
        { name: 'tags', type: 'String' },
        { name: 'created_at', type: "DateTime('UTC')" },
        { name: 'updated_at', type: "DateTime64(3, 'UTC')" },
      ],
      primaryKey: ['id'],
      cursors: ['updated_at', 'born', 'created_at', 'id'],
    });
    expect(streams.find(({ name }) => name === 'names')).toMatchObject({ rows: null, primaryKey: [] });
    expect(streams.find(({ name }) => name === 'log')).toMatchObject({ primaryKey: [], cursors: ['at', 'n'] });
  });
});

describe('a full refresh', () => {
  test('gives the same values', async () => {
    await query(`CREATE TABLE shop.types (id UInt8, whole Int64, large UInt256, exact Decimal(20, 4), half Float32,
      many Float64, yes Bool, day Date32, at DateTime('Asia/Seoul'), moment Nullable(DateTime64(6, 'Asia/Seoul')),
      code UUID, kind Enum8('a' = 1), words String, list Array(Nullable(Int32)), map Map(String, Int64), doc JSON,
      fixed FixedString(3), address IPv4, maybe Nullable(Decimal(9, 2)), sum SimpleAggregateFunction(sum, UInt64))
      ENGINE = MergeTree ORDER BY id`);
    await query(`INSERT INTO shop.types VALUES
      (1, -9007199254740993, 115792089237316195423570985008687907853269984665640564039457584007913129639935, 123456789.0001,
       0.1, nan, true, '2024-02-29', '2024-02-29 12:34:56', '2024-02-29 12:34:56.123456',
       '00000000-0000-0000-0000-000000000001', 'a', 'tab\\t"quote" 한글 \\\\ \\n', [1, NULL], {'k': 5}, '{"a": {"b": 1}}',
       'abc', '10.0.0.1', NULL, 18446744073709551615)`);
    const stream = { stream: 'types' };
    const messages = [];
    for await (const message of calls.read({ config, secrets, files: { uploads: '', allowed: [] }, stream }))
      messages.push(message);
    const row = {
      ...{ id: 1, whole: '-9007199254740993', exact: '123456789.0001', half: '0.1', many: 'nan', yes: true },
      large: '115792089237316195423570985008687907853269984665640564039457584007913129639935',
      ...{ day: '2024-02-29', at: '2024-02-29 03:34:56', moment: '2024-02-29 03:34:56.123456', kind: 'a' },
      ...{ code: '00000000-0000-0000-0000-000000000001', words: 'tab\t"quote" 한글 \\ \n', list: '[1,null]' },
      ...{ map: '{"k":5}', doc: '{"a":{"b":1}}', fixed: 'abc', address: '10.0.0.1', maybe: null },
      sum: '18446744073709551615',
    };
    expect(messages).toEqual([{ type: 'RECORDS', records: [row] }]);

    await addSync(api, { name: 'types', connection: 'shop', stream });
    expect(await runSync(api, 'types')).toMatchObject({ state: 'done', way: 'streamed', rows: 1, error: null });
    const [loaded] = await rowsOf(api, 'types');
    expect(loaded?.slice(3, 10)).toEqual([
      ...[123456789.0001, 0.1, null, true, '2024-02-29'],
      ...['2024-02-29T03:34:56Z', '2024-02-29T03:34:56.123456Z'],
    ]);
  });

  test('sees one row where the table keeps one row a key', async () => {
    await query('CREATE TABLE shop.latest (id Int32, state String) ENGINE = ReplacingMergeTree ORDER BY id');
    await query('SYSTEM STOP MERGES shop.latest');
    await query(`INSERT INTO shop.latest VALUES (1, 'old'), (2, 'kept')`);
    await query(`INSERT INTO shop.latest VALUES (1, 'new')`);
    await addSync(api, { name: 'latest', connection: 'shop', stream: { stream: 'latest' } });
    expect(await runSync(api, 'latest')).toMatchObject({ state: 'done', rows: 2 });
    expect(await rowsOf(api, 'latest')).toEqual([
      [1, 'new'],
      [2, 'kept'],
    ]);
  });

  test('that fails in the middle leaves the rows of the last one', async () => {
    await query('CREATE TABLE shop.parts (id Int32) ENGINE = MergeTree ORDER BY id');
    await query('INSERT INTO shop.parts SELECT number FROM numbers(10)');
    await query('CREATE VIEW shop.fragile AS SELECT id, throwIf(id = 900000) AS bad FROM shop.parts');
    await addSync(api, { name: 'fragile', connection: 'shop', stream: { stream: 'fragile' } });
    expect(await runSync(api, 'fragile')).toMatchObject({ state: 'done', rows: 10 });
    await query('INSERT INTO shop.parts SELECT number FROM numbers(10, 999990)');
    expect(await runSync(api, 'fragile')).toMatchObject({ state: 'failed', error: { code: 'CONNECTION_FAILED' } });
    expect((await datasetOf(api, 'fragile')).rows).toBe(10);
  });
});

describe('an incremental sync', () => {
  test('with a key reads what changed, and a row counts once', async () => {
    await query(`CREATE TABLE shop.orders (id Int32, state String, updated_at DateTime64(3, 'Asia/Seoul'))
      ENGINE = ReplacingMergeTree(updated_at) ORDER BY id`);
    await query(
      `INSERT INTO shop.orders SELECT number, 'new', toDateTime64('2024-01-01', 3, 'UTC') + number FROM numbers(400)`,
    );
    await addSync(api, {
      ...{ name: 'orders', connection: 'shop', stream: { stream: 'orders' } },
      ...{ mode: 'incremental', cursor: 'updated_at', primaryKey: ['id'] },
    });
    expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', way: 'streamed', rows: 400 });
    await query(`INSERT INTO shop.orders SELECT number, 'paid', toDateTime64('2025-01-01', 3, 'UTC') FROM numbers(4)`);
    expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 5 }); // and the last one of the first time
    expect((await datasetOf(api, 'orders')).rows).toBe(400);
    expect((await rowsOf(api, 'orders')).filter(([, state]) => state === 'paid')).toHaveLength(4);
  });

  test('without a key adds only what is new', async () => {
    await query('CREATE TABLE shop.visits (n UInt64) ENGINE = MergeTree ORDER BY n');
    await query('INSERT INTO shop.visits SELECT 9007199254740992 + number FROM numbers(100)');
    await addSync(api, {
      ...{ name: 'visits', connection: 'shop', stream: { stream: 'visits' } },
      ...{ mode: 'incremental', cursor: 'n' },
    });
    expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 100 });
    expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 0 });
    await query('INSERT INTO shop.visits SELECT 9007199254741092 + number FROM numbers(20)');
    expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 20 });
  });
});

test('a pipeline reads a table by its connection without its password being kept', async () => {
  await query('CREATE TABLE shop.stock (id Int32) ENGINE = MergeTree ORDER BY id');
  await query('INSERT INTO shop.stock VALUES (1), (2)');
  await api.publish('stock-out', [
    { id: 'table', uses: 'clickhouse/read', with: { connection: 'shop', stream: 'stock' } },
  ]);
  const run: Run = await api.run('stock-out');
  expect(run.steps.map(({ state, rows: count }) => [state, count])).toEqual([['done', { rows: 2 }]]);
  expect(JSON.stringify(run) + pelton.output()).not.toContain(secrets.password);
});

test('rows are added, and each that is refused is answered', async () => {
  await query(`CREATE TABLE shop.sizes (id Int32, size Enum8('S' = 1, 'M' = 2), at DateTime64(3, 'UTC'), \`a b\` Nullable(String),
    CONSTRAINT positive CHECK id > 0) ENGINE = MergeTree ORDER BY id`);
  const at = '2024-02-29T12:34:56.123+09:00';
  const records = [
    { id: 1, size: 'S', at, 'a b': '"; \'' },
    { id: 2, size: 'XL', at },
    { id: 'three', size: 'S', at },
    { id: -4, size: 'S', at },
    { id: null, size: 'S', at },
    { id: 6, size: 'M', at, 'a b': null },
  ];
  const batch = { mode: 'append' as const, keys: [], records };
  const target = { table: 'sizes' };
  const results = await calls.write({ config, secrets, files: { uploads: '', allowed: [] }, target, batch });
  expect(results.map(({ ok }) => ok)).toEqual([true, false, false, false, false, true]);
  expect(results[3]).toMatchObject({ reason: expect.stringContaining('positive') as string });
  expect(await rows('SELECT * FROM shop.sizes ORDER BY id')).toEqual([
    { id: 1, size: 'S', at: '2024-02-29 03:34:56.123', 'a b': '"; \'' },
    { id: 6, size: 'M', at: '2024-02-29 03:34:56.123', 'a b': null },
  ]);
});

test('a table that changes, and one that is gone', async () => {
  await query('CREATE TABLE shop.moving (id Int32) ENGINE = MergeTree ORDER BY id');
  await query('INSERT INTO shop.moving SELECT number FROM numbers(10)');
  await connect(api, { name: 'moving', uses: 'clickhouse', config, secrets });
  const found = await changeAndBreak({
    ...{ api, connection: 'moving', stream: { stream: 'moving' } },
    addFresh: () => query("ALTER TABLE shop.moving ADD COLUMN fresh String DEFAULT 'f'"),
    breakOff: () => query('DROP TABLE shop.moving SYNC'),
  });
  expect(found).toEqual(NOTHING_LOST);
});
