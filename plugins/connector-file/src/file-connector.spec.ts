import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkConformance } from '@pelton/sdk/testing';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fileConnector } from './file-connector.js';
import plugin from './index.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelton-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const uploadsOf = (uploads: string) => ({ config: {}, secrets: {}, files: { uploads, allowed: [] as string[] } });

test('the plugin keeps the contract', () => {
  const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(checkConformance(plugin, packageJson)).toEqual([]);
});

test('the form asks for the file first and hides the rest', () => {
  const { stream } = fileConnector.spec;
  const properties = stream['properties'] as Record<string, { ui?: object }>;
  expect(properties['stream']?.ui).toMatchObject({ widget: 'stream', of: 'connection' });
  expect(stream['required']).toEqual(['stream']);
  for (const name of ['format', 'delimiter', 'header', 'quote'])
    expect(properties[name]?.ui).toMatchObject({ advanced: true });
});

test('discover lists the files of the folder and its subfolders with columns, types and rows', async () => {
  mkdirSync(join(folder, '2024'));
  writeFileSync(join(folder, 'orders.csv'), 'id,total\n001,5\n002,7.5\n');
  writeFileSync(join(folder, '2024', 'events.jsonl'), '{"at":"2024-01-01"}\n');
  writeFileSync(join(folder, 'notes.md'), '# not data');
  writeFileSync(join(folder, 'broken.csv'), 'a,b\n1\n');
  writeFileSync(join(folder, '.hidden.csv'), 'a\n1\n');
  expect(await fileConnector.calls.discover(uploadsOf(folder))).toEqual([
    {
      name: '2024/events.jsonl',
      title: '2024/events.jsonl',
      columns: [{ name: 'at', type: "Nullable(DateTime64(3, 'UTC'))" }],
      rows: 1,
    },
    {
      name: 'orders.csv',
      title: 'orders.csv',
      columns: [
        { name: 'id', type: 'Nullable(String)' },
        { name: 'total', type: 'Nullable(Float64)' },
      ],
      rows: 2,
    },
  ]);
});

test('of a large file discover looks at the beginning only', async () => {
  writeFileSync(join(folder, 'large.csv'), `id,text\n${`1,${'x'.repeat(90)}\n`.repeat(100_000)}`);
  expect(await fileConnector.calls.discover(uploadsOf(folder))).toMatchObject([
    { name: 'large.csv', columns: [{ type: 'Nullable(Int64)' }, { type: 'Nullable(String)' }], rows: null },
  ]);
});

test('check says how many files can be read, and why others cannot', async () => {
  expect(await fileConnector.calls.check(uploadsOf(folder))).toEqual({
    ok: true,
    message: 'There is no file to read in the uploaded files yet. Add a CSV, TSV, JSON lines or Parquet file.',
  });
  writeFileSync(join(folder, 'a.csv'), 'a\n1\n');
  writeFileSync(join(folder, 'b.csv'), '');
  expect(await fileConnector.calls.check(uploadsOf(folder))).toEqual({
    ok: true,
    message:
      '1 file can be read in the uploaded files. b.csv is not a CSV file: it is empty. Export it again, or choose its real format.',
  });
});

test('check of uploads that were never made finds no file, of a folder that is not there it fails', async () => {
  const gone = join(folder, 'gone');
  expect(await fileConnector.calls.check(uploadsOf(gone))).toMatchObject({ ok: true });
  const files = { uploads: folder, allowed: [folder] };
  const argument = { config: { source: 'folder', folder: gone }, secrets: {}, files };
  expect(await fileConnector.calls.check(argument)).toEqual({
    ok: false,
    message: `The folder ${gone} is not there. Make it, or correct the path in the connection.`,
  });
  expect(await fileConnector.calls.check({ ...argument, files: { uploads: folder, allowed: [] } })).toMatchObject({
    ok: false,
    message: expect.stringContaining('no folder is allowed') as unknown,
  });
});

test('a folder without its path is refused by the form', async () => {
  await expect(fileConnector.calls.check({ ...uploadsOf(folder), config: { source: 'folder' } })).rejects.toMatchObject(
    {
      code: 'PARAM_INVALID',
      facts: { field: 'folder' },
    },
  );
});

test('rows come in batches of a thousand', async () => {
  writeFileSync(join(folder, 'rows.csv'), `n\n${Array.from({ length: 2_500 }, (_, n) => n).join('\n')}\n`);
  const sizes: number[] = [];
  for await (const message of fileConnector.calls.read({ ...uploadsOf(folder), stream: { stream: 'rows.csv' } }))
    if (message.type === 'RECORDS') sizes.push(message.records.length);
  expect(sizes).toEqual([1_000, 1_000, 500]);
});

test('a file that changes is looked at again', async () => {
  const argument = { ...uploadsOf(folder), stream: { stream: 'a.csv' } };
  writeFileSync(join(folder, 'a.csv'), 'a\n1\n');
  const before = JSON.stringify(await fileConnector.calls.relation?.(argument));
  writeFileSync(join(folder, 'a.csv'), 'a,b\n1,2\n');
  expect(JSON.stringify(await fileConnector.calls.relation?.(argument))).not.toBe(before);
});

test('a name that the warehouse would take for a pattern has no relation', async () => {
  writeFileSync(join(folder, 'sales{1,2}.csv'), 'a\n1\n');
  const argument = { ...uploadsOf(folder), stream: { stream: 'sales{1,2}.csv' } };
  await expect(fileConnector.calls.relation?.(argument)).rejects.toMatchObject({ code: 'PARAM_INVALID' });
});

test('a name without a known ending needs a format', async () => {
  writeFileSync(join(folder, 'export'), 'a\n1\n');
  const argument = { ...uploadsOf(folder), stream: { stream: 'export' } };
  await expect(fileConnector.calls.relation?.(argument)).rejects.toMatchObject({
    code: 'PARAM_INVALID',
    facts: { field: 'format' },
  });
  const chosen = { ...argument, stream: { stream: 'export', format: 'csv' } };
  await expect(fileConnector.calls.relation?.(chosen)).resolves.toHaveProperty('parts');
});
