import type { ConnectionCheck, Run, StreamInfo } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { whyNot } from '../support/installed.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { hasMariadb, type SourceMariadb, startMariadb } from '../support/source-mariadb.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

describe.skipIf(!hasMariadb)(`MySQL${whyNot('mariadbd')}`, () => {
  let pelton: Pelton;
  let source: SourceMariadb;
  let api: Api;

  beforeAll(async () => {
    [pelton, source] = await Promise.all([startPelton(), startMariadb(['--default-time-zone=+09:00'])]);
    api = await Api.signIn(pelton.url);
    await connect(api, { name: 'shop', uses: 'mysql', config: source.config, secrets: source.secrets });
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
        ...{ kind: 'connector', uses: 'mysql', secrets },
        config: { ...source.config, ...config },
      });

    test('that is right says what it sees', async () => {
      await query('CREATE TABLE seen (id int PRIMARY KEY)');
      const message = expect.stringMatching(/^\d+ tables in shop$/) as string;
      expect(await check({})).toMatchObject({ ok: true, message });
    });

    test.each([
      [{}, { password: 'wrong' }, 'it refused pelton. Enter the password again'],
      [{ port: 1 }, undefined, 'nothing listens at 127.0.0.1:1. Check host and port'],
      [{ host: 'nowhere.invalid' }, undefined, 'the name nowhere.invalid is not known'],
      [{ database: 'nothing' }, undefined, 'may not use a database nothing'],
      [{ tls: 'on' }, undefined, 'it knows no encryption'],
    ])('that is wrong in %o says what to mend', async (config, secrets, message) => {
      const result = await check(config, secrets);
      expect(result.ok).toBe(false);
      expect(result.message).toContain(message);
    });

    test('whose user may read nothing says so', async () => {
      await query(`CREATE USER writer IDENTIFIED BY 'w'; GRANT INSERT ON shop.* TO writer`);
      const { ok, message } = await check({ user: 'writer' }, { password: 'w' });
      expect({ ok, message }).toEqual({
        ok: false,
        message: 'writer sees no table in shop. Check the name, or grant SELECT on its tables.',
      });
    });

    test('offers tables with types, keys and what tells new rows', async () => {
      await query(`CREATE TABLE people (id bigint unsigned PRIMARY KEY, name varchar(50) NOT NULL, score decimal(6,2),
        born date, paid boolean, created_at datetime, updated_at timestamp NOT NULL, tags json, level enum('a', 'b'))`);
      const streams = await api.get<StreamInfo[]>('/api/connections/shop/streams');
      expect(streams.find(({ name }) => name === 'people')).toMatchObject({
        columns: [
          { name: 'id', type: 'UInt64' },
          { name: 'name', type: 'String' },
          { name: 'score', type: 'Nullable(Decimal(6, 2))' },
          { name: 'born', type: 'Nullable(Date32)' },
          { name: 'paid', type: 'Nullable(Bool)' },
          { name: 'created_at', type: "Nullable(DateTime64(6, 'UTC'))" },
          { name: 'updated_at', type: "Nullable(DateTime64(6, 'UTC'))" },
          { name: 'tags', type: 'Nullable(String)' },
          { name: 'level', type: 'Nullable(String)' },
        ],
        primaryKey: ['id'],
        cursors: ['updated_at', 'born', 'created_at', 'id'],
      });
    });
  });

  describe('a full refresh', () => {
    const TYPES = `CREATE TABLE types (id int PRIMARY KEY, whole bigint, natural_ bigint unsigned, exact decimal(20,4),
      half float, many double, yes tinyint(1), bits bit(20), one bit(1), day date, at datetime(6), moment timestamp(6) NULL,
      span time, made year, kind enum('a','b'), kinds set('x','y'), bytes blob, more json, words text CHARACTER SET latin1,
      code uuid, place point)`;
    const VALUES = `SET time_zone = '+09:00', sql_mode = 'ALLOW_INVALID_DATES';
      INSERT INTO types VALUES
      (1, -9007199254740992, 4294967296, 123456789.0001, 0.1, 1e300, 2, 1048575, 1, '2024-02-29',
       '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123456', '-12:00:01', 2024, 'a', 'x,y', x'00ff', '{"a": [1, null]}',
       'tab\\t"quote" é \\\\ \\n', '00000000-0000-0000-0000-000000000001', POINT(1, 2)),
      (2, ${Array.from({ length: 20 }, () => 'null').join(', ')}),
      (3, 0, 0, -0.5, 16777216, -0.25, 0, 0, 0, '0000-00-00', '2024-02-31 10:00:00', 0, '838:59:59', 1901, 'b', '', '', '[]',
       '', null, null),
      (4, 1, 1, 0, 0, 0, 1, 1, 1, '1000-01-01', '9999-12-31 23:59:59', '1970-01-01 09:00:01', 0, 2000, 'b', 'x', x'61', '1',
       'end', null, null)`;
    const EXPECTED = [
      [
        ...[1, -9007199254740992, 4294967296, 123456789.0001, 0.1, 1e300, true, 1048575, true, '2024-02-29'],
        ...['2024-02-29T12:34:56.123456Z', '2024-02-29T03:34:56.123456Z', '-12:00:01', 2024, 'a', 'x,y', '00ff'],
        ...['{"a": [1, null]}', 'tab\t"quote" é \\ \n', '00000000-0000-0000-0000-000000000001', 'POINT(1 2)'],
      ],
      [2, ...Array.from({ length: 20 }, () => null)],
      [
        ...[3, 0, 0, -0.5, 16777216, -0.25, false, 0, false, null, null, null, '838:59:59', 1901, 'b', '', '', '[]'],
        ...['', null, null],
      ],
      [
        ...[
          4,
          1,
          1,
          0,
          0,
          0,
          true,
          1,
          true,
          null,
          null,
          '1970-01-01T00:00:01.000000Z',
          '00:00:00',
          2000,
          'b',
          'x',
          '61',
        ],
        ...['1', 'end', null, null],
      ],
    ];

    test('gives the same values by pushdown and streamed, whatever the zone of the server', async () => {
      await query(TYPES);
      await query(VALUES);
      await addSync(api, { name: 'types', connection: 'shop', stream: { stream: 'types' } });
      expect(await runSync(api, 'types')).toMatchObject({ state: 'done', way: 'pushdown', rows: 4, error: null });
      expect(await rowsOf(api, 'types')).toEqual(EXPECTED);
      await addSync(api, {
        ...{ name: 'streamed', connection: 'shop', stream: { stream: 'types' } },
        ...{ mode: 'incremental', cursor: 'id', primaryKey: ['id'] },
      });
      expect(await runSync(api, 'streamed')).toMatchObject({ state: 'done', way: 'streamed', rows: 4 });
      expect(await rowsOf(api, 'streamed')).toEqual(EXPECTED);
    });

    test('that fails leaves the rows of the last one', async () => {
      await query(`CREATE TABLE parts (id int PRIMARY KEY); INSERT INTO parts VALUES (1), (2);
        CREATE VIEW fragile AS SELECT p.id, (SELECT q.id FROM parts q WHERE q.id > 1) AS one FROM parts p`);
      await addSync(api, { name: 'fragile', connection: 'shop', stream: { stream: 'fragile' } });
      expect(await runSync(api, 'fragile')).toMatchObject({ state: 'done', rows: 2 });
      await query('INSERT INTO parts VALUES (3)');
      const failed = await runSync(api, 'fragile');
      expect(failed).toMatchObject({ state: 'failed', way: 'streamed', error: { code: 'CONNECTION_FAILED' } });
      expect(failed.error?.message).toContain('more than 1 row');
      expect(await rowsOf(api, 'fragile')).toEqual([
        [1, 2],
        [2, 2],
      ]);
    });
  });

  describe('an incremental sync', () => {
    test('with a key reads what changed, and a row counts once', async () => {
      await query(`CREATE TABLE orders (id int PRIMARY KEY, state text, updated_at timestamp(3) NOT NULL);
        INSERT INTO orders SELECT seq, 'new', '2024-01-01' + INTERVAL seq MINUTE FROM seq_1_to_400`);
      await addSync(api, {
        ...{ name: 'orders', connection: 'shop', stream: { stream: 'orders' } },
        ...{ mode: 'incremental', cursor: 'updated_at', primaryKey: ['id'] },
      });
      expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', way: 'streamed', rows: 400 });
      await query(`UPDATE orders SET state = 'paid', updated_at = '2025-01-01' WHERE id <= 3;
        INSERT INTO orders VALUES (401, 'new', '2025-01-01')`);
      expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 5 }); // and the last one of the first time
      expect(await datasetOf(api, 'orders')).toMatchObject({ rows: 401 });
      expect((await rowsOf(api, 'orders')).filter(([, state]) => state === 'paid')).toHaveLength(3);
    });

    test('without a key adds only what is new, by numbers beyond what a fraction tells apart', async () => {
      await query(`CREATE TABLE visits (n bigint unsigned, page text);
        INSERT INTO visits SELECT 9007199254740992 + seq, '/' FROM seq_1_to_100`);
      await addSync(api, {
        ...{ name: 'visits', connection: 'shop', stream: { stream: 'visits' } },
        ...{ mode: 'incremental', cursor: 'n' },
      });
      expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 100 });
      expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 0 });
      await query(`INSERT INTO visits SELECT 9007199254741092 + seq, '/shop' FROM seq_1_to_20`);
      expect(await runSync(api, 'visits')).toMatchObject({ state: 'done', rows: 20 });
      expect((await datasetOf(api, 'visits')).rows).toBe(120);
    });
  });

  test('a pipeline reads a table by its connection without its password being kept', async () => {
    await query('CREATE TABLE stock (id int PRIMARY KEY, pieces int); INSERT INTO stock VALUES (1, 5), (2, 0)');
    await api.publish('stock-out', [
      { id: 'table', uses: 'mysql/read', with: { connection: 'shop', stream: 'stock' } },
    ]);
    const run: Run = await api.run('stock-out');
    expect(run.steps.map(({ state, rows }) => [state, rows])).toEqual([['done', { rows: 2 }]]);
    expect(JSON.stringify(run) + pelton.output()).not.toContain(source.secrets.password);
  });

  test('a pipeline sends times, numbers and texts from one table to another, and a second run changes nothing', async () => {
    const columns =
      'id int PRIMARY KEY, at datetime(6), moment timestamp(6) NULL, day date, price decimal(9,2), paid boolean';
    await query(`CREATE TABLE sold (${columns}); CREATE TABLE sold_copy (${columns})`);
    await query(`INSERT INTO sold VALUES (2, null, null, null, null, null),
      (1, '2024-02-29 12:34:56.123456', '2024-02-29 12:34:56.123456', '2024-02-29', 0.10, true)`);
    await api.publish('sold-copy', [
      { id: 'table', uses: 'mysql/read', with: { connection: 'shop', stream: 'sold' } },
      {
        ...{ id: 'out', uses: 'mysql/write', inputs: { rows: 'table' } },
        with: { connection: 'shop', table: 'sold_copy', mode: 'update', keys: ['id'] },
      },
    ]);
    for (const run of [await api.run('sold-copy'), await api.run('sold-copy')])
      expect(run.steps.at(-1)).toMatchObject({ state: 'done', rows: { taken: 2, refused: 0 } });
    const [differences] = await query('SELECT * FROM sold EXCEPT SELECT * FROM sold_copy');
    const [copies] = await query('SELECT COUNT(*) AS copies FROM sold_copy');
    expect([differences, copies]).toEqual([[], [{ copies: 2 }]]);
  });

  test('a table that changes, and one that is gone', async () => {
    await query('CREATE TABLE changing (id int PRIMARY KEY); INSERT INTO changing VALUES (1), (2)');
    await connect(api, { name: 'moving', uses: 'mysql', config: source.config, secrets: source.secrets });
    const found = await changeAndBreak({
      ...{ api, connection: 'moving', stream: { stream: 'changing' } },
      addFresh: () => query("ALTER TABLE changing ADD fresh varchar(9) DEFAULT 'f'"),
      breakOff: () => query('DROP TABLE changing'),
    });
    expect(found).toEqual(NOTHING_LOST);
  });
});
