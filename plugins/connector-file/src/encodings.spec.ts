import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileConnector } from './file-connector.js';

let uploads: string;
beforeAll(() => {
  uploads = mkdtempSync(join(tmpdir(), 'pelton-files-'));
});
afterAll(() => rmSync(uploads, { recursive: true, force: true }));

async function rowsOf(name: string, body: string | Buffer): Promise<unknown[]> {
  writeFileSync(join(uploads, name), body);
  const argument = { config: {}, secrets: {}, files: { uploads, allowed: [] }, stream: { stream: name } };
  const rows: unknown[] = [];
  for await (const message of fileConnector.calls.read(argument))
    if (message.type === 'RECORDS') rows.push(...message.records);
  return rows;
}

const ROWS = [
  { name: '김', price: 1.5 },
  { name: 'two\r\nlines', price: null },
];

test('a byte order mark is no part of the first name', async () => {
  expect(await rowsOf('mark.csv', '\uFEFFname,price\n김,1.5\n"two\r\nlines",\n')).toEqual(ROWS);
  expect(await rowsOf('mark.jsonl', '\uFEFF{"name":"김"}\n')).toEqual([{ name: '김' }]);
});

test.each([
  ['with', '\r\n'],
  ['without', ''],
])('lines may end in CRLF, %s one after the last', async (_title, end) => {
  expect(await rowsOf('crlf.csv', `name,price\r\n김,1.5\r\n"two\r\nlines",${end}`)).toEqual(ROWS);
});

test.each([
  ['little', (text: string) => Buffer.from(text, 'utf16le')],
  ['big', (text: string) => Buffer.from(text, 'utf16le').swap16()],
])('UTF-16 of %s endian is refused with what to do', async (_order, encode) => {
  for (const mark of ['\uFEFF', ''])
    await expect(rowsOf('wide.csv', encode(`${mark}name,price\r\nann,1\r\n`))).rejects.toThrow(
      'wide.csv is not a CSV file: it is in UTF-16; save it as UTF-8',
    );
});
