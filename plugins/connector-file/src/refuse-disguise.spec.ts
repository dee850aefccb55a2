import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Session } from 'chdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileConnector } from './file-connector.js';

let uploads: string;
let parquet: Buffer;
beforeAll(() => {
  uploads = mkdtempSync(join(tmpdir(), 'pelton-files-'));
  const session = new Session();
  session.query(`INSERT INTO FUNCTION file('${uploads}/whole.parquet', 'Parquet') SELECT number FROM numbers(1000)`);
  session.cleanup();
  parquet = readFileSync(join(uploads, 'whole.parquet'));
});
afterAll(() => rmSync(uploads, { recursive: true, force: true }));

const png = Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex');
const csv = 'a,b\n1,2\n';
const cases: [title: string, name: string, body: () => Buffer | string, options: object, reason: string][] = [
  ['a PNG', 'image.csv', () => png, {}, 'it is a PNG image'],
  ['a web page', 'page.csv', () => '\n<!DOCTYPE html><title>Sign in</title>', {}, 'it is a web page'],
  ['XML', 'feed.tsv', () => '<?xml version="1.0"?><a/>', {}, 'it is an XML document'],
  [
    'a workbook',
    'sheet.csv',
    () => Buffer.from('504b030414000600', 'hex'),
    {},
    'an Excel workbook; save the sheet as CSV',
  ],
  ['gzip', 'packed.csv', () => gzipSync(csv), {}, 'it is compressed with gzip; unpack it first'],
  [
    'UTF-16 with its mark',
    'wide.csv',
    () => Buffer.from(`\uFEFF${csv}`, 'utf16le'),
    {},
    'it is in UTF-16; save it as UTF-8',
  ],
  ['UTF-16 without', 'wide2.csv', () => Buffer.from(csv, 'utf16le'), {}, 'it is in UTF-16; save it as UTF-8'],
  ['Latin-1', 'latin.csv', () => Buffer.from('name\ncafé\n', 'latin1'), {}, 'its text is not in UTF-8'],
  ['binary data', 'data.csv', () => Buffer.from([1, 2, 3, 0, 0, 7, 200]), {}, 'it holds binary data'],
  ['nothing', 'empty.csv', () => '', {}, 'it is empty'],
  ['blank lines', 'blank.jsonl', () => ' \n\n', {}, 'it is empty'],
  ['a list of nothing', 'none.json', () => '[]', {}, 'it holds no values'],
  ['JSON', 'json.csv', () => '{"a":1}\n', {}, 'it holds JSON'],
  ['Parquet', 'table.csv', () => parquet, {}, 'it is a Parquet file'],
  ['CSV', 'rows.jsonl', () => csv, {}, 'in line 1 no object begins where one is due'],
  [
    'rows of different length',
    'ragged.csv',
    () => 'a,b\n1,2\n3\n',
    {},
    'line 3 has 1 value, the first line has 2 values',
  ],
  ['a mark before headless rows', 'mark.csv', () => `\uFEFF1,2\n`, { header: false }, 'a byte order mark'],
  ['CSV', 'table.parquet', () => csv, {}, 'it is a text file, perhaps CSV or JSON'],
  ['a PNG', 'image.parquet', () => png, {}, 'it is a PNG image'],
  ['nothing', 'empty.parquet', () => '', {}, 'it is empty'],
  ['a part of it', 'cut.parquet', () => parquet.subarray(0, parquet.length / 2), {}, 'its end is missing'],
  ['the two marks alone', 'marks.parquet', () => 'PAR1PAR1', {}, 'its end is missing'],
  [
    'a footer that is noise',
    'noise.parquet',
    () => Buffer.concat([parquet.subarray(0, -200), Buffer.alloc(192, 0xee), parquet.subarray(-8)]),
    {},
    'its footer',
  ],
  [
    'a footer without its data',
    'hollow.parquet',
    () => Buffer.concat([Buffer.from('PAR1'), parquet.subarray(-8 - parquet.readUInt32LE(parquet.length - 8))]),
    {},
    'its footer names data that it does not hold',
  ],
];

test.each(cases)('%s is not a %s', async (_title, name, body, options, reason) => {
  writeFileSync(join(uploads, name), body());
  const argument = { config: {}, secrets: {}, files: { uploads, allowed: [] }, stream: { stream: name, ...options } };
  await expect(fileConnector.calls.relation?.(argument)).rejects.toMatchObject({
    code: 'FILE_NOT_AS_NAMED',
    facts: { file: name },
    message: expect.stringContaining(reason) as unknown,
  });
  const reading = fileConnector.calls.read(argument)[Symbol.asyncIterator]();
  await expect(reading.next()).rejects.toMatchObject({ code: 'FILE_NOT_AS_NAMED' });
});
