import type { ConnectionCheck, Run, Sample, StreamInfo } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { type SourcePostgres, startPostgres } from '../support/source-postgres.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

let pelton: Pelton;
let source: SourcePostgres;
let api: Api;

beforeAll(async () => {
  [pelton, source] = await Promise.all([startPelton(), startPostgres()]);
  api = await Api.signIn(pelton.url);
  await connect(api, { name: 'shop', uses: 'postgres', config: source.config, secrets: source.secrets });
});
afterAll(async () => {
  await pelton?.stop();
  await source?.stop();
  removeDataDir(pelton.dataDir);
});

const query = (text: string) => source.client.query(text);

describe('a connection', () => {
  const check = (config: object, secrets: Record<string, string> = source.secrets) =>
    api.post<ConnectionCheck>('/api/connections/check', {
      ...{ kind: 'connector', uses: 'postgres', secrets },
      config: { ...source.config, ...config },
    });

  test('that is right says what it sees', async () => {
    await query('CREATE TABLE seen (id int PRIMARY KEY)');
    expect(await check({})).toMatchObject({
      ok: true,
      message: expect.stringMatching(/^\d+ tables in public$/) as string,
    });
  });

  test.each([
    [{}, { password: 'wrong' }, 'refused the password of pelton. Enter it again'],
    [{ port: 1 }, undefined, 'nothing listens at 127.0.0.1:1. Check host and port'],
    [{ host: 'nowhere.invalid' }, undefined, 'the name nowhere.invalid is not known'],
    [{ database: 'nothing' }, undefined, 'there is no database nothing'],
    [{ schema: 'empty' }, undefined, 'sees no table in empty'],
  ])('that is wrong in %o says what to mend', async (config, secrets, message) => {
    const result = await check(config, secrets);
    expect(result.ok).toBe(false);
    expect(result.message).toContain(message);
  });

  test('offers tables with types, keys and what tells new rows', async () => {
    await query(`CREATE TABLE people (id bigint PRIMARY KEY, name text NOT NULL, score numeric(6,2), born date,
      created_at timestamptz, updated_at timestamptz NOT NULL, tags text[])`);
    const streams = await api.get<StreamInfo[]>('/api/connections/shop/streams');
    expect(streams.find(({ name }) => name === 'people')).toMatchObject({
      columns: [
        { name: 'id', type: 'Int64' },
        { name: 'name', type: 'String' },
        { name: 'score', type: 'Nullable(Decimal(6, 2))' },
        { name: 'born', type: 'Nullable(Date32)' },
        { name: 'created_at', type: "Nullable(DateTime64(6, 'UTC'))" },
        { name: 'updated_at', type: "Nullable(DateTime64(6, 'UTC'))" },
        { name: 'tags', type: 'Nullable(String)' },
      ],
      primaryKey: ['id'],
      cursors: ['updated_at', 'born', 'created_at', 'id'],
    });
  });
});

describe('a full refresh', () => {
  const TYPES = `CREATE TABLE types (id int PRIMARY KEY, whole bigint, exact numeric(20,4), half real, yes boolean,
    day date, at timestamp, moment timestamptz, code uuid, words text, more jsonb)`;
  const VALUES = `INSERT INTO types VALUES
    (1, 9007199254740993, 123456789.0001, 1.5, true, '2024-02-29', '2024-02-29 12:34:56.123456',
     '2024-02-29 12:34:56.123456+09', '00000000-0000-0000-0000-000000000001', E'tab\\t"quote" 한글 \\\\ \\n', '{"a": [1, null]}'),
    (2, null, null, null, null, null, null, null, null, null, null),
    (3, -1, -0.5, -0.25, false, '1969-12-31', '1969-12-31 23:59:59.999999', '1969-12-31 23:59:59.999999+00',
     'ffffffff-ffff-ffff-ffff-ffffffffffff', '', '[]')`;

  test('gives the same values by pushdown and streamed', async () => {
    await query(TYPES);
    await query(VALUES);
    await addSync(api, { name: 'types', connection: 'shop', stream: { stream: 'types' } });
    const pushed = await runSync(api, 'types');
    expect(pushed).toMatchObject({ state: 'done', way: 'pushdown', rows: 3, error: null });
    const byWarehouse = await rowsOf(api, 'types');

    await query(`ALTER ROLE pelton SET TimeZone = 'Asia/Seoul'`); // the warehouse would read times by this zone
    const streamed = await runSync(api, 'types');
    await query('ALTER ROLE pelton RESET TimeZone');
    expect(streamed).toMatchObject({ state: 'done', way: 'streamed', rows: 3 });
    expect(await rowsOf(api, 'types')).toEqual(byWarehouse);
    expect(byWarehouse[0]?.slice(2)).toEqual([
      123456789.0001,
      1.5,
      true,
      '2024-02-29',
      '2024-02-29T12:34:56.123456Z',
      '2024-02-29T03:34:56.123456Z',
      '00000000-0000-0000-0000-000000000001',
      'tab\t"quote" 한글 \\ \n',
      '{"a": [1, null]}',
    ]);
  });

  test('streams what the warehouse would read differently', async () => {
    await query(`CREATE TABLE odd (id int, free numeric, list int[], bytes bytea, span interval, ends timestamptz)`);
    await query(`INSERT INTO odd VALUES (1, 0.1, '{1,null,3}', '\\x00ff', '1 day 2 hours', 'infinity')`);
    await addSync(api, { name: 'odd', connection: 'shop', stream: { stream: 'odd' } });
    expect(await runSync(api, 'odd')).toMatchObject({ state: 'done', way: 'streamed' });
    expect(await rowsOf(api, 'odd')).toEqual([[1, 0.1, '[1,null,3]', '\\x00ff', 'P1DT2H', null]]);
  });

  test('that fails leaves the rows of the last one', async () => {
    await query(`CREATE VIEW fragile AS SELECT id, 10 / (id - 2) AS quotient FROM generate_series(3, 12) id`);
    await addSync(api, { name: 'fragile', connection: 'shop', stream: { stream: 'fragile' } });
    expect(await runSync(api, 'fragile')).toMatchObject({ state: 'done', rows: 10 });
    const before = await rowsOf(api, 'fragile');
    await query(
      `CREATE OR REPLACE VIEW fragile AS SELECT id, 10 / (id - 20000) AS quotient FROM generate_series(1, 30000) id`,
    );
    const failed = await runSync(api, 'fragile');
    expect(failed).toMatchObject({ state: 'failed', way: 'streamed', error: { code: 'CONNECTION_FAILED' } });
    expect(failed.error?.message).toContain('division by zero');
    expect(await rowsOf(api, 'fragile')).toEqual(before);
    expect((await datasetOf(api, 'fragile')).rows).toBe(10);
  });
});

describe('an incremental sync', () => {
  test('with a key reads what changed, and a row counts once', async () => {
    await query(`CREATE TABLE orders (id int PRIMARY KEY, state text, updated_at timestamptz NOT NULL)`);
    await query(
      `INSERT INTO orders SELECT i, 'new', '2024-01-01'::timestamptz + i * interval '1 minute' FROM generate_series(1, 400) i`,
    );
    await addSync(api, {
      ...{ name: 'orders', connection: 'shop', stream: { stream: 'orders' } },
      ...{ mode: 'incremental', cursor: 'updated_at', primaryKey: ['id'] },
    });
    expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', way: 'streamed', rows: 400 });
    await query(`UPDATE orders SET state = 'paid', updated_at = '2025-01-01' WHERE id <= 3`);
    await query(`INSERT INTO orders VALUES (401, 'new', '2025-01-01')`);
    const second = await runSync(api, 'orders');
    expect(second).toMatchObject({ state: 'done', rows: 5 }); // and the last one of the first time
    expect(await datasetOf(api, 'orders')).toMatchObject({ rows: 401 });
    expect((await rowsOf(api, 'orders')).filter(([, state]) => state === 'paid')).toHaveLength(3);
    expect(await runSync(api, 'orders', { reset: true })).toMatchObject({ state: 'done', rows: 401 });
    expect(await datasetOf(api, 'orders')).toMatchObject({ rows: 401 });
  });

  test('without a key adds only what is new', async () => {
    await query(`CREATE TABLE visits (n int, page text)`);
    await query(`INSERT INTO visits SELECT i, '/' FROM generate_series(1, 100) i`);
    await addSync(api, {
      ...{ name: 'visits', connection: 'shop', stream: { stream: 'visits' } },
      ...{ mode: 'incremental', cursor: 'n' },
    });
    expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 100 });
    expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 0 });
    await query(`INSERT INTO visits SELECT i, '/shop' FROM generate_series(101, 120) i`);
    expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 20 });
    expect((await datasetOf(api, 'visits')).rows).toBe(120);
  });
});

describe('when the columns of a stream change', () => {
  test('new ones are added, missing ones stay, and a type that does not fit stops and asks', async () => {
    await query(`CREATE TABLE moving (id int PRIMARY KEY, size int, old text)`);
    await query(`INSERT INTO moving VALUES (1, 10, 'a')`);
    await addSync(api, { name: 'moving', connection: 'shop', stream: { stream: 'moving' } });
    await runSync(api, 'moving');
    await query(`ALTER TABLE moving DROP old; ALTER TABLE moving ADD fresh text DEFAULT 'f'`);
    expect(await runSync(api, 'moving')).toMatchObject({ state: 'done' });
    expect(await rowsOf(api, 'moving')).toEqual([[1, 10, null, 'f']]);

    await query(`ALTER TABLE moving ALTER size TYPE text USING 'large'`);
    const stopped = await runSync(api, 'moving');
    expect(stopped).toMatchObject({
      state: 'failed',
      error: { code: 'SCHEMA_CHANGED' },
      schemaChange: { changed: [{ name: 'size', from: 'Nullable(Int32)', to: 'Nullable(String)' }] },
    });
    expect(await rowsOf(api, 'moving')).toEqual([[1, 10, null, 'f']]);
    await api.post('/api/syncs/moving/accept-columns');
    expect(await runSync(api, 'moving')).toMatchObject({ state: 'done' });
    expect(await rowsOf(api, 'moving')).toEqual([[1, 'large', 'f']]);
  });

  test('the policy stop asks about a new column too', async () => {
    await query(`CREATE TABLE strict (id int)`);
    await addSync(api, { name: 'strict', connection: 'shop', stream: { stream: 'strict' }, onSchemaChange: 'stop' });
    await runSync(api, 'strict');
    await query(`ALTER TABLE strict ADD more int`);
    expect((await runSync(api, 'strict')).error?.message).toContain('more is new (Nullable(Int32))');
  });
});

describe('in a pipeline', () => {
  test('a dataset is read by its name, and a table by its connection without its password being kept', async () => {
    await query(`CREATE TABLE stock (id int PRIMARY KEY, pieces int)`);
    await query(`INSERT INTO stock VALUES (1, 5), (2, 0)`);
    await addSync(api, { name: 'stock', connection: 'shop', stream: { stream: 'stock' } });
    await runSync(api, 'stock');
    await api.publish('stock-out', [
      { id: 'dataset', uses: 'core/dataset', with: { dataset: 'stock' } },
      { id: 'table', uses: 'postgres/read', with: { connection: 'shop', stream: 'stock' } },
    ]);
    const run: Run = await api.run('stock-out');
    expect(run.steps.map(({ state, rows }) => [state, rows])).toEqual([
      ['done', { rows: 2 }],
      ['done', { rows: 2 }],
    ]);
    const [sample] = await api.get<Sample[]>(`/api/runs/${run.id}/steps/table/samples`);
    expect(JSON.stringify(sample)).toContain('pieces');
    expect(JSON.stringify(run)).not.toContain(source.secrets.password);
    await expect(api.delete('/api/connections/shop')).rejects.toThrow('is used by');
  });
});
