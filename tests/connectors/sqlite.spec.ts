import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { ConnectionCheck, StreamInfo } from '@pelton/contract';
import sqlite from 'node-sqlite3-wasm';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { changeAndBreak, NOTHING_LOST } from '../support/changing-source.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const folder = newDataDir();
const path = join(folder, 'shop.db');
let pelton: Pelton;
let api: Api;

beforeAll(async () => {
  write(
    `CREATE TABLE orders (id INTEGER PRIMARY KEY, state TEXT, price REAL, raw BLOB)`,
    `INSERT INTO orders VALUES (1, 'new', 1.5, x'00ff'), (2, NULL, NULL, NULL), (9007199254740993, '한글', -1, NULL)`,
  );
  pelton = await startPelton({ env: { PELTON_FILES: folder } });
  api = await Api.signIn(pelton.url);
});
afterAll(async () => {
  await pelton?.stop();
  for (const one of [folder, pelton.dataDir]) removeDataDir(one);
});

function write(...statements: string[]): void {
  writeTo(path, ...statements);
}

function writeTo(file: string, ...statements: string[]): void {
  const database = new sqlite.Database(file);
  for (const statement of statements) database.exec(statement);
  database.close();
}

test('a table of a file in an allowed folder becomes a dataset, and then what is new', async () => {
  await connect(api, { name: 'shop', uses: 'sqlite', config: { file: path } });
  const [stream] = await api.get<StreamInfo[]>('/api/connections/shop/streams');
  expect(stream).toMatchObject({
    ...{ name: 'orders', rows: 3, primaryKey: ['id'], cursors: ['id'] },
    columns: [
      { name: 'id', type: 'Nullable(Int64)' },
      { name: 'state', type: 'Nullable(String)' },
      { name: 'price', type: 'Nullable(Float64)' },
      { name: 'raw', type: 'Nullable(String)' },
    ],
  });
  await addSync(api, {
    ...{ name: 'orders', connection: 'shop', stream: { stream: 'orders' } },
    ...{ mode: 'incremental', cursor: 'id' },
  });
  expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 3 });
  expect(await rowsOf(api, 'orders')).toEqual([
    ['9007199254740993', '한글', -1, null],
    [1, 'new', 1.5, '00FF'],
    [2, null, null, null],
  ]);
  write(`INSERT INTO orders VALUES (9007199254740994, 'late', 0, NULL)`);
  expect(await runSync(api, 'orders')).toMatchObject({ state: 'done', rows: 1 });
  expect((await datasetOf(api, 'orders')).rows).toBe(4);
});

test('an uploaded file is found by its name, and others are refused', async () => {
  await api.upload({ name: 'copy.db', content: readFileSync(path) });
  await api.upload({ name: 'words.db', content: 'these are words, and no database at all' });
  const check = (file: string) =>
    api.post<ConnectionCheck>('/api/connections/check', {
      kind: 'connector',
      uses: 'sqlite',
      config: { file },
      secrets: {},
    });
  expect(await check('copy.db')).toMatchObject({ ok: true, message: '1 tables in copy.db' });
  expect((await check('words.db')).message).toContain('it is not a SQLite database');
  for (const file of ['/etc/passwd', '../documents/data.mdb', join(pelton.dataDir, 'secret.key')])
    expect((await check(file)).message).toContain('is outside the folders that an admin allows');
  expect((await check('gone.db')).message).toContain('gone.db is not there');
});

test('a table that changes, and a file that is cut off', async () => {
  const file = join(folder, 'moving.db');
  const numbers =
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) SELECT i, hex(i) FROM n';
  writeTo(file, 'CREATE TABLE parts (id INTEGER PRIMARY KEY, name TEXT)', `INSERT INTO parts ${numbers}`);
  await connect(api, { name: 'moving', uses: 'sqlite', config: { file } });
  const found = await changeAndBreak({
    ...{ api, connection: 'moving', stream: { stream: 'parts' } },
    addFresh: () => writeTo(file, "ALTER TABLE parts ADD fresh TEXT DEFAULT 'f'"),
    breakOff: () => truncateSync(file, 40_960),
  });
  expect(found).toEqual(NOTHING_LOST);
});
