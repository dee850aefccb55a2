import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { addSync, connect, datasetOf, rowsOf, runSync } from '../support/syncing.js';

const root = newDataDir();
const orders = join(root, 'orders');
let pelton: Pelton;
let api: Api;

beforeAll(async () => {
  pelton = await startPelton({ env: { PELTON_FILES: root } });
  api = await Api.signIn(pelton.url);
  await connect(api, { name: 'shop', uses: 'file', config: { source: 'folder', folder: root } });
});
beforeEach(() => {
  rmSync(orders, { recursive: true, force: true });
  mkdirSync(orders);
});
afterAll(async () => {
  await pelton?.stop();
  for (const one of [root, pelton.dataDir]) removeDataDir(one);
});

function put(name: string, text: string): void {
  writeFileSync(join(orders, name), text);
}

const PATTERN = { stream: 'orders/*.csv', settleSeconds: 0 };

test('a folder is watched: files that are new or changed are read, and no other', async () => {
  put('01.csv', 'id,total\n1,5\n2,7.5\n');
  put('notes.txt', 'not,of,the,pattern\n');
  const stream = { ...PATTERN, origin: true };
  await addSync(api, {
    ...{ name: 'watched', connection: 'shop', stream },
    ...{ mode: 'incremental', primaryKey: ['_file', '_row'] },
  });
  expect(await runSync(api, 'watched')).toMatchObject({ state: 'done', rows: 2, way: 'streamed' });
  expect(await runSync(api, 'watched')).toMatchObject({ state: 'done', rows: 0 });
  put('02.csv', 'id,total\n3,1\n');
  expect(await runSync(api, 'watched')).toMatchObject({ state: 'done', rows: 1 });
  put('01.csv', 'id,total\n1,6\n2,7.5\n');
  expect(await runSync(api, 'watched')).toMatchObject({ state: 'done', rows: 2 });
  rmSync(join(orders, '02.csv'));
  expect(await runSync(api, 'watched')).toMatchObject({ state: 'done', rows: 0 });
  const rows = await rowsOf(api, 'watched');
  expect(rows.sort((one, other) => Number(one[2]) - Number(other[2]))).toEqual([
    ['orders/01.csv', 1, 1, 6],
    ['orders/01.csv', 2, 2, 7.5],
    ['orders/02.csv', 1, 3, 1],
  ]);
});

test('a full refresh reads all files, and those that are gone take their rows with them', async () => {
  put('01.csv', 'id\n1\n');
  put('02.csv', 'id\n2\n');
  await addSync(api, { name: 'all', connection: 'shop', stream: PATTERN });
  expect(await runSync(api, 'all')).toMatchObject({ state: 'done', rows: 2 });
  rmSync(join(orders, '01.csv'));
  expect(await runSync(api, 'all')).toMatchObject({ state: 'done', rows: 1 });
  expect(await rowsOf(api, 'all')).toEqual([[2]]);
});

test('a file that is still being written waits for the next time', async () => {
  put('01.csv', 'id\n1\n');
  const stream = { stream: 'orders/*.csv', settleSeconds: 3_600 };
  await addSync(api, { name: 'waiting', connection: 'shop', stream, mode: 'incremental' });
  expect(await runSync(api, 'waiting')).toMatchObject({
    state: 'failed',
    error: {
      message: expect.stringContaining('every file that matches orders/*.csv is still being written') as string,
    },
  });
});

test('a new column of a new file is added, and a type that does not fit stops and asks', async () => {
  put('01.csv', 'id\n1\n');
  await addSync(api, { name: 'grows', connection: 'shop', stream: PATTERN, mode: 'incremental' });
  expect(await runSync(api, 'grows')).toMatchObject({ state: 'done', rows: 1 });
  put('02.csv', 'id,note\n2,late\n');
  expect(await runSync(api, 'grows')).toMatchObject({ state: 'done', rows: 1 });
  expect(await rowsOf(api, 'grows')).toEqual([
    [1, null],
    [2, 'late'],
  ]);
  put('03.csv', 'id\nC3\n');
  expect(await runSync(api, 'grows')).toMatchObject({
    state: 'failed',
    error: { code: 'SCHEMA_CHANGED' },
    schemaChange: { changed: [{ name: 'id', from: 'Nullable(Int64)', to: 'Nullable(String)' }] },
  });
  expect((await datasetOf(api, 'grows')).rows).toBe(2);
});

test('a file that is broken leaves what was read, and the others are read when it is mended', async () => {
  put('01.csv', 'a,b\n1,2\n');
  await addSync(api, { name: 'mended', connection: 'shop', stream: PATTERN, mode: 'incremental' });
  await runSync(api, 'mended');
  put('02.csv', 'a,b\n3\n');
  expect((await runSync(api, 'mended')).error?.message).toContain(
    'orders/02.csv is not a CSV file: line 2 has 1 value',
  );
  put('02.csv', 'a,b\n3,4\n');
  expect(await runSync(api, 'mended')).toMatchObject({ state: 'done', rows: 1 });
  expect(await rowsOf(api, 'mended')).toEqual([
    [1, 2],
    [3, 4],
  ]);
});
