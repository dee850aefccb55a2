import { Readable } from 'node:stream';
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { beforeEach, expect, test } from 'vitest';
import { memoryOf } from '../testing/process-memory.js';
import { useWarehouse } from '../testing/test-warehouse.js';

const warehouse = useWarehouse();
const table = 'pelton_inserts.rows';

beforeEach(async () => {
  await warehouse.run('CREATE DATABASE IF NOT EXISTS pelton_inserts');
  await warehouse.run(`DROP TABLE IF EXISTS ${table} SYNC`);
  await warehouse.run(
    `CREATE TABLE ${table} (id UInt64, name String DEFAULT 'none', at DateTime64(3, 'UTC') DEFAULT 0)
     ENGINE = MergeTree ORDER BY id SETTINGS non_replicated_deduplication_window = 100`,
  );
});

const all = () => warehouse.rows(`SELECT id, name FROM ${table} ORDER BY id, name`);
const count = async () => (await warehouse.rows<{ n: number }>(`SELECT count() AS n FROM ${table}`))[0]?.n;

const linesOf = (number: number, from = 0) =>
  Array.from({ length: number }, (_, index) => `{"id":${from + index},"name":"row ${from + index}"}\n`).join('');

/** Sends a body as it is. */
const send = async (query: string, body: string | Readable, settings: ClickHouseSettings = {}) => {
  const values = typeof body === 'string' ? Readable.from([body], { objectMode: false }) : body;
  const { stream } = await warehouse.admin.exec({ query, values, clickhouse_settings: settings });
  for await (const chunk of stream) expect(chunk).toHaveLength(0);
};

test('inserts an array', async () => {
  const values = [{ id: 1, name: "it's" }, { id: 2 }];
  const { summary } = await warehouse.admin.insert({ table, values, format: 'JSONEachRow' });
  expect(summary).toMatchObject({ written_rows: '2', read_rows: '2' });
  expect(await all()).toEqual([
    { id: 1, name: "it's" },
    { id: 2, name: 'none' },
  ]);
});

test('inserts nothing', async () => {
  await warehouse.admin.insert({ table, values: Readable.from([]), format: 'JSONEachRow' });
  expect(await count()).toBe(0);
});

test('inserts a stream of objects', async () => {
  const values = Readable.from([{ id: 1 }, { id: 2 }, { id: 3 }], { objectMode: true });
  await warehouse.admin.insert({ table, values, format: 'JSONEachRow', columns: ['id'] });
  expect(await count()).toBe(3);
});

test('inserts a compressed body', async () => {
  const client = warehouse.connect(warehouse.url, { compression: { request: true, response: true } });
  await client.insert({ table, values: [{ id: 1, name: '한국어' }], format: 'JSONEachRow' });
  expect(await all()).toEqual([{ id: 1, name: '한국어' }]);
});

test('inserts 64-bit integers unchanged', async () => {
  await warehouse.admin.insert({ table, values: [{ id: '18446744073709551615' }], format: 'JSONEachRow' });
  expect(await warehouse.rows(`SELECT toString(id) AS id FROM ${table}`)).toEqual([{ id: '18446744073709551615' }]);
});

test.each([
  'CSV',
  'CSVWithNames',
  'TSV',
  'JSONCompactEachRow',
  'JSON',
  'Native',
  'RowBinary',
  'RowBinaryWithNamesAndTypes',
  'Parquet',
  'Arrow',
  'Avro',
])('takes back what it gave as %s', async (format) => {
  await send(`INSERT INTO ${table} FORMAT JSONEachRow`, linesOf(1_000));
  const query = `SELECT id + 1000 AS id, name, at FROM ${table} FORMAT ${format}`;
  await send(`INSERT INTO ${table} FORMAT ${format}`, (await warehouse.admin.exec({ query })).stream);
  expect(await warehouse.rows(`SELECT count() AS n, uniqExact(id) AS ids, max(id) AS last FROM ${table}`)).toEqual([
    { n: 2_000, ids: 2_000, last: 1_999 },
  ]);
});

test.each([
  [
    "INSERT INTO pelton_inserts.rows (id, name) VALUES (1, 'a;b'), (2, concat('c', 'd'))",
    [
      { id: 1, name: 'a;b' },
      { id: 2, name: 'cd' },
    ],
  ],
  [
    'INSERT INTO pelton_inserts.rows (id) FORMAT TSV\n1\n2\n',
    [
      { id: 1, name: 'none' },
      { id: 2, name: 'none' },
    ],
  ],
  ["INSERT INTO pelton_inserts.rows (id, name) SELECT number, 'n' FROM numbers(1)", [{ id: 0, name: 'n' }]],
  ['WITH x AS (SELECT 7 AS id) INSERT INTO pelton_inserts.rows (id) SELECT id FROM x', [{ id: 7, name: 'none' }]],
  ['INSERT INTO pelton_inserts.rows (id) SETTINGS max_threads = 1 VALUES (3)', [{ id: 3, name: 'none' }]],
  [
    "INSERT INTO pelton_inserts.rows (id, name) SELECT id * 2, upper(s) FROM input('id UInt64, s String') FORMAT CSV\n1,a\n2,b\n",
    [
      { id: 2, name: 'A' },
      { id: 4, name: 'B' },
    ],
  ],
])('runs %s', async (query, expected) => {
  await warehouse.run(query);
  expect(await all()).toEqual(expected);
});

test('binds values of VALUES', async () => {
  await warehouse.admin.command({
    query: `INSERT INTO ${table} (id, name) VALUES ({id:UInt64}, {name:String})`,
    query_params: { id: 5, name: "it's" },
  });
  expect(await all()).toEqual([{ id: 5, name: "it's" }]);
});

test('reports how many rows INSERT SELECT wrote', async () => {
  const { summary } = await warehouse.admin.command({
    query: `INSERT INTO ${table} (id) SELECT number FROM numbers(1234)`,
  });
  expect(summary).toMatchObject({ written_rows: '1234' });
});

test('inserts a large body with little memory', async () => {
  const body = function* () {
    for (let from = 0; from < 1_500_000; from += 10_000) yield linesOf(10_000, from);
  };
  const before = memoryOf(warehouse.pid);
  await send(`INSERT INTO ${table} FORMAT JSONEachRow`, Readable.from(body(), { objectMode: false }));
  const query = `SELECT count() AS n, uniqExact(id) AS ids FROM ${table}`;
  expect(await warehouse.rows(query)).toEqual([{ n: 1_500_000, ids: 1_500_000 }]);
  expect(memoryOf(warehouse.pid) - before).toBeLessThan(600);
});

test('leaves no rows of an insert that fails', async () => {
  const sending = send(`INSERT INTO ${table} FORMAT JSONEachRow`, `${linesOf(300_000)}{"id":"no number"}\n`);
  const error: unknown = await sending.catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ClickHouseError);
  expect(String(error)).toMatch(/\(at row 300001\)/);
  expect(String(error)).not.toMatch(/file|\/tmp/);
  expect(await count()).toBe(0);
});

test('leaves no rows of an insert that breaks off', async () => {
  const body = function* () {
    yield linesOf(200_000);
    throw new Error('the source broke');
  };
  const values = Readable.from(body(), { objectMode: false });
  await expect(send(`INSERT INTO ${table} FORMAT JSONEachRow`, values)).rejects.toThrow('the source broke');
  await warehouse.admin.insert({ table, values: [{ id: 1 }], format: 'JSONEachRow' });
  expect(await count()).toBe(1);
});

test('inserts once what comes twice with the same token', async () => {
  const insert = (token: string) =>
    send(`INSERT INTO ${table} FORMAT JSONEachRow`, linesOf(1_000), { insert_deduplication_token: token });
  await insert('one');
  await insert('one');
  expect(await count()).toBe(1_000);
  await insert('two');
  expect(await count()).toBe(2_000);
});

test('has the rows of an asynchronous insert at once', async () => {
  await warehouse.admin.insert({
    table,
    values: [{ id: 1 }],
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 1, wait_for_async_insert: 0 },
  });
  expect(await count()).toBe(1);
});

test.each([
  ['INSERT INTO pelton_inserts.nope FORMAT JSONEachRow', '60'],
  ['INSERT INTO pelton_inserts.rows (nope) FORMAT JSONEachRow', '16'],
  ['INSERT INTO pelton_inserts.rows FORMAT Nope', '73'],
  ['INSERT INTO pelton_inserts.rows (id FORMAT JSONEachRow', '62'],
])('refuses %s', async (query, code) => {
  const error: unknown = await send(query, '{"id":1}\n').catch((e: unknown) => e);
  expect(error).toMatchObject({ code, message: expect.not.stringContaining(warehouse.folder) });
});

test('reads a Parquet file below the data folder', async () => {
  const file = `${warehouse.folder}/some.parquet`;
  await warehouse.run(
    `INSERT INTO FUNCTION file('${file}', Parquet) SELECT number AS n, toString(number) AS s FROM numbers(1000)`,
  );
  expect(await warehouse.rows(`SELECT count() AS rows, sum(n) AS s FROM file('${file}', Parquet)`)).toEqual([
    { rows: 1_000, s: 499_500 },
  ]);
});
