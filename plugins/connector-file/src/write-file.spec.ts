import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileConnector } from './file-connector.js';

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pelton-exports-')));
  for (const folder of ['exports', 'secret']) mkdirSync(join(root, folder));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Rows = Record<string, unknown>[];

function argumentOf(access: { exports?: string[]; allowed?: string[] } = { exports: [root] }) {
  const folder = join(root, 'exports');
  return { config: { source: 'folder', folder }, secrets: {}, files: { uploads: '', allowed: [], ...access } };
}

async function write(file: string, records: Rows, access?: { exports?: string[]; allowed?: string[] }) {
  const batch = { mode: 'append' as const, keys: [], records };
  return await fileConnector.calls.write?.({ ...argumentOf(access), target: { file }, batch });
}

async function read(stream: string): Promise<Rows> {
  const rows: Rows = [];
  const options = { stream: { stream, settleSeconds: 0 } };
  for await (const message of fileConnector.calls.read({ ...argumentOf({ allowed: [root] }), ...options }))
    if (message.type === 'RECORDS') rows.push(...message.records);
  return rows;
}

const ROWS = [
  { id: 1, name: 'A, "b"', note: '', when: null, ok: true },
  { id: 2, name: 'two\nlines', note: '\\N', when: ' x ', ok: false },
];

test.each(['orders.csv', 'orders.jsonl'])('what is written to %s is read as it was', async (file) => {
  expect(await write(file, ROWS)).toEqual([{ ok: true }, { ok: true }]);
  expect(await read(file.replace('.', '-*.'))).toEqual(ROWS);
});

test('each write makes the next file, and leaves nothing else behind', async () => {
  await write('2024/orders.csv', [{ id: 1 }]);
  await write('2024/orders.csv', [{ id: 2 }]);
  await Promise.all([3, 4, 5].map((id) => write('2024/orders.csv', [{ id }])));
  const folder = join(root, 'exports/2024');
  expect(readdirSync(folder)).toEqual([1, 2, 3, 4, 5].map((number) => `orders-00000${number}.csv`));
  expect(readFileSync(join(folder, 'orders-000002.csv'), 'utf8')).toBe('id\n2\n');
  expect((await read('2024/orders-*.csv')).map(({ id }) => id)).toEqual(expect.arrayContaining([1, 2, 3, 4, 5]));
});

test('rows that are given again are not written twice', async () => {
  const batch = { mode: 'append' as const, keys: [], records: [{ id: 1 }, { id: 2 }], ids: ['run.1', 'run.2'] };
  const target = { file: 'orders.csv' };
  for (let time = 0; time < 2; time += 1)
    expect(await fileConnector.calls.write?.({ ...argumentOf(), target, batch })).toEqual([{ ok: true }, { ok: true }]);
  await fileConnector.calls.write?.({ ...argumentOf(), target, batch: { ...batch, ids: ['run.3', 'run.4'] } });
  expect(readdirSync(join(root, 'exports'))).toEqual([
    expect.stringMatching(/^orders-000001-[0-9a-f]{12}\.csv$/),
    expect.stringMatching(/^orders-000002-[0-9a-f]{12}\.csv$/),
  ]);
});

test('what is nested becomes JSON in CSV', async () => {
  await write('orders.csv', [{ id: 1, lines: [{ sku: 'a' }] }]);
  expect(await read('orders-*.csv')).toEqual([{ id: 1, lines: '[{"sku":"a"}]' }]);
});

test('a folder that may be read may not be written to, and without any nothing is', async () => {
  await expect(write('a.csv', ROWS, { allowed: [root] })).rejects.toThrow('An admin sets PELTON_EXPORTS');
  await expect(write('a.csv', ROWS, { exports: [join(root, 'secret')] })).rejects.toMatchObject({
    code: 'FILE_NOT_WRITABLE',
  });
  const uploads = { ...argumentOf(), config: {}, target: { file: 'a.csv' } };
  const writing = fileConnector.calls.write?.({ ...uploads, batch: { mode: 'append', keys: [], records: ROWS } });
  await expect(writing).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
  expect(readdirSync(join(root, 'exports'))).toEqual([]);
});

test.each(['../secret/a.csv', '/etc/a.csv', 'a/../../secret/a.csv', 'a/b/c.csv', 'a\\b.csv', 'link/a.csv', 'a\0.csv'])(
  'the file %j leads outside',
  async (file) => {
    symlinkSync(join(root, 'secret'), join(root, 'exports/link'));
    await expect(write(file, ROWS)).rejects.toMatchObject({ code: 'FILE_NOT_WRITABLE' });
    expect(readdirSync(join(root, 'secret'))).toEqual([]);
  },
);

test('a link that waits under the name of the next file is not followed', async () => {
  symlinkSync(join(root, 'secret/stolen.csv'), join(root, 'exports/a-000001.csv'));
  symlinkSync(join(root, 'secret/stolen.csv'), join(root, 'exports/a-000002.csv'));
  await write('a.csv', ROWS);
  expect(readdirSync(join(root, 'exports'))).toEqual(['a-000001.csv', 'a-000002.csv', 'a-000003.csv']);
  expect(readdirSync(join(root, 'secret'))).toEqual([]);
});

test('only CSV and JSON lines are written', async () => {
  await expect(write('a.parquet', ROWS)).rejects.toMatchObject({ code: 'PARAM_INVALID', facts: { field: 'file' } });
});

test('check says that a folder may only be written to', async () => {
  expect(await fileConnector.calls.check(argumentOf())).toEqual({
    ok: true,
    message: `Files can be written to ${join(root, 'exports')}, not read from it.`,
  });
});
