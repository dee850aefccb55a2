import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join as joinPath } from 'node:path';
import { identifier, join, type Sql, sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { Session } from 'chdb';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileConnector } from './file-connector.js';

let engine: Engine;
let uploads: string;

beforeAll(() => {
  uploads = mkdtempSync(joinPath(tmpdir(), 'pelton-files-'));
  writeParquetFiles();
  engine = openEngine();
});
afterAll(() => {
  engine.close();
  rmSync(uploads, { recursive: true, force: true });
});

/** What the warehouse reads by the relation of a file, after making sure that read() gives the very same rows and types. */
async function rowsOf(name: string, body?: string, options: object = {}) {
  if (body !== undefined) writeFileSync(joinPath(uploads, name), body);
  const argument = { config: {}, secrets: {}, files: { uploads, allowed: [] }, stream: { stream: name, ...options } };
  const relation = await fileConnector.calls.relation?.(argument);
  if (!relation) throw new Error('the connector brings a relation');
  const records: Record<string, unknown>[] = [];
  for await (const message of fileConnector.calls.read(argument))
    if (message.type === 'RECORDS') records.push(...message.records);
  const types = typesOf(relation, Object.keys(records[0] ?? {}));
  const streamed = engine.table('streamed', types, records);
  expect(sorted(sql`SELECT * FROM ${streamed}`)).toEqual(sorted(relation));
  return { types, rows: engine.rows(relation) };
}

function typesOf(relation: Sql, names: string[]): Record<string, string> {
  const types = names.map((name) => sql`toTypeName(${identifier(name)}) AS ${identifier(name)}`);
  return engine.rows<Record<string, string>>(sql`SELECT ${join(types)} FROM (${relation}) LIMIT 1`)[0] ?? {};
}

/** Rows as text, because numbers of 64 bits do not survive the way through JSON. */
function sorted(relation: Sql): string[] {
  const rows = engine.rows<{ row: string }>(sql`SELECT toString(tuple(*)) AS row FROM (${relation}) ORDER BY row`);
  return rows.map(({ row }) => row);
}

const TIME = "Nullable(DateTime64(3, 'UTC'))";

test('ids keep their leading zeros, times become times, words among numbers stay', async () => {
  const { types, rows } = await rowsOf(
    'orders.csv',
    'id,invoice,at,day,quantity,price,paid,note\n' +
      '0001,536365,2010-12-01 08:26:00,2010-12-01,6,2.55,true,\n' +
      '0002,C536379,2010-12-01T09:41:00Z,2010-12-02,-1,27.5,FALSE,"say ""hi"""\n' +
      ',,,,,,,\n',
  );
  expect(types).toEqual({
    id: 'Nullable(String)',
    invoice: 'Nullable(String)',
    at: TIME,
    day: TIME,
    quantity: 'Nullable(Int64)',
    price: 'Nullable(Float64)',
    paid: 'Nullable(Bool)',
    note: 'Nullable(String)',
  });
  expect(rows).toEqual([
    {
      id: '0001',
      invoice: '536365',
      at: '2010-12-01 08:26:00.000',
      day: '2010-12-01 00:00:00.000',
      quantity: 6,
      price: 2.55,
      paid: true,
      note: null,
    },
    {
      id: '0002',
      invoice: 'C536379',
      at: '2010-12-01 09:41:00.000',
      day: '2010-12-02 00:00:00.000',
      quantity: -1,
      price: 27.5,
      paid: false,
      note: 'say "hi"',
    },
    { id: null, invoice: null, at: null, day: null, quantity: null, price: null, paid: null, note: null },
  ]);
});

test('an id with a leading zero after thousands of plain numbers still makes its column text', async () => {
  const numbers = Array.from({ length: 20_000 }, (_, index) => `${index + 1},1`);
  const { types, rows } = await rowsOf('late.csv', ['id,n', ...numbers, '007,2'].join('\n'));
  expect(types).toEqual({ id: 'Nullable(String)', n: 'Nullable(Int64)' });
  expect(rows.filter((row) => row['n'] === 2)).toEqual([{ id: '007', n: 2 }]);
  expect(rows).toHaveLength(20_001);
});

test('integers of 64 bits keep every digit', async () => {
  const { types, rows } = await rowsOf('large.csv', 'a\n9007199254740993\n-9223372036854775808\n');
  expect(types).toEqual({ a: 'Nullable(Int64)' });
  expect(rows).toHaveLength(2);
});

test('numbers may stand in quotes and between blanks, also the last one of a file that does not end its line', async () => {
  const { types, rows } = await rowsOf('blanks.csv', 'a,b,c\n 1 ,"2",.5\n"-3", 4,"7e-1"\n,, 2.50 ');
  expect(types).toEqual({ a: 'Nullable(Int64)', b: 'Nullable(Int64)', c: 'Nullable(Float64)' });
  expect(rows).toEqual([
    { a: 1, b: 2, c: 0.5 },
    { a: -3, b: 4, c: 0.7 },
    { a: null, b: null, c: 2.5 },
  ]);
});

test('the delimiter is found in the first line, and its kind in the options', async () => {
  expect((await rowsOf('semicolon.csv', '"name, full";price\r\nA;1,5\r\n')).rows).toEqual([
    { 'name, full': 'A', price: '1,5' },
  ]);
  expect((await rowsOf('pipes.txt', "a|'b c'|d\n'x|y'|0|\n", { quote: 'single' })).rows).toEqual([
    { a: 'x|y', 'b c': 0, d: null },
  ]);
  expect(
    (await rowsOf('plain.csv', '"x,1\n"y,2\n', { quote: 'none', header: false, delimiter: 'comma' })).rows,
  ).toEqual([
    { column_1: '"x', column_2: 1 },
    { column_1: '"y', column_2: 2 },
  ]);
});

test('a byte order mark, quotes and line ends in names do no harm', async () => {
  const { rows } = await rowsOf('marked.csv', '\uFEFF"a",  b ,"c ""d""","e\nf"\r\n1,2,3,4\r\n');
  expect(rows).toEqual([{ a: 1, b: 2, 'c "d"': 3, 'e\nf': 4 }]);
});

test('TSV keeps blanks and empty values where they are', async () => {
  expect((await rowsOf('sheet.tsv', 'a\tb\tc\r\n\t x \t"two\r\nlines"\r\n1\t\t""\r\n')).rows).toEqual([
    { a: null, b: ' x ', c: 'two\r\nlines' },
    { a: 1, b: null, c: '' },
  ]);
});

test('columns with awkward names come through', async () => {
  const { rows } = await rowsOf('names.csv', "\uFEFFit's,a.b,,a.b,price (£),back\\slash,{p1:String}\n1,2,3,4,5,6,7\n");
  expect(rows).toEqual([
    { "it's": 1, 'a.b': 2, column_3: 3, 'a.b_2': 4, 'price (£)': 5, 'back\\slash': 6, '{p1:String}': 7 },
  ]);
});

test('JSON lines give their own types, and what is nested comes as the text that it is', async () => {
  const { types, rows } = await rowsOf(
    'events.jsonl',
    '{"id":"0001","n":5,"price":1.0,"ok":true,"at":"2010-12-01T08:26:00+01:00","tags":["a", "b"],"mixed":1.50}\n' +
      '{"id":"2","n":null,"price":2,"extra":{"x": 1},"mixed":"x"}\n',
  );
  expect(types).toEqual({
    id: 'Nullable(String)',
    n: 'Nullable(Int64)',
    price: 'Nullable(Float64)',
    ok: 'Nullable(Bool)',
    at: TIME,
    tags: 'Nullable(String)',
    mixed: 'Nullable(String)',
    extra: 'Nullable(String)',
  });
  expect(rows).toEqual([
    {
      id: '0001',
      n: 5,
      price: 1,
      ok: true,
      at: '2010-12-01 07:26:00.000',
      tags: '["a", "b"]',
      mixed: '1.50',
      extra: null,
    },
    { id: '2', n: null, price: 2, ok: null, at: null, tags: null, mixed: 'x', extra: '{"x": 1}' },
  ]);
});

test('a JSON file that holds a list is read like JSON lines', async () => {
  expect((await rowsOf('list.json', '[\n {"a": 1},\n {"a": 2}\n]\n')).rows).toEqual([{ a: 1 }, { a: 2 }]);
});

test('Parquet types become the types of the warehouse', async () => {
  const { types, rows } = await rowsOf('types.parquet');
  expect(types).toMatchObject({
    large: 'Nullable(UInt64)',
    money: 'Nullable(Float64)',
    uuid: 'Nullable(UUID)',
    at: TIME,
  });
  expect(rows).toEqual([
    {
      small: 1,
      large: 18446744073709552000,
      single: 0.5,
      money: 0.35,
      day: '1955-01-02 00:00:00.000',
      at: '2020-01-02 03:04:05.123',
      long_ago: '1950-01-02 03:04:05.124',
      uuid: '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
      flag: true,
      code: 'abc',
      word: 'é',
      none: null,
      not_a_number: null,
      list: '[1,9007199254740993]',
      words: '["x/\\"é",null]',
      map: '{"k":1.5}',
      struct: '{"p":1,"q":"z"}',
      days: '["2020-01-02"]',
    },
  ]);
});

test.each(['none', 'snappy', 'gzip', 'brotli'])('Parquet in several row groups, compressed with %s', async (codec) => {
  const { rows } = await rowsOf(`${codec}.parquet`);
  expect(rows).toHaveLength(5_000);
});

test('of Parquet compressed with Zstandard only the relation can be read', async () => {
  await expect(rowsOf('zstd.parquet')).rejects.toMatchObject({ code: 'PARAM_INVALID', facts: { field: 'stream' } });
});

test('random tables give the same rows both ways', async () => {
  const random = randomNumbers(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T; // the lists are not empty
  const values = [
    '0001',
    '12',
    '-5',
    '1.5',
    'abc',
    ' x ',
    '',
    '""',
    '"q, ""r"";|"',
    '"two\nlines"',
    '2010-12-01',
    '"12"',
  ];
  values.push('2020-01-02T03:04:05.1239+09:00', 'true', 'FALSE', 'NULL', '\\N', 'é한', '5" nail', '1e5', '.5', '7 ');
  const marks = { comma: ',', semicolon: ';', tab: '\t', pipe: '|' };
  for (let file = 0; file < 60; file += 1) {
    const delimiter = pick(['comma', 'semicolon', 'tab', 'pipe'] as const);
    const mark = marks[delimiter];
    const columns = Array.from({ length: 2 + Math.floor(random() * 4) }, () => [0, 1, 2].map(() => pick(values)));
    const lines = Array.from({ length: 1 + Math.floor(random() * 8) }, () => columns.map(pick).join(mark));
    const head = columns.map((_, index) => `c${index}`).join(mark);
    const body = [head, ...lines, ''].join(pick(['\n', '\r\n']));
    expect((await rowsOf(`random-${file}.csv`, body, { delimiter })).rows).toHaveLength(lines.length);
  }
});

function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

function writeParquetFiles(): void {
  const session = new Session();
  const write = (name: string, select: string, codec: string) =>
    session.query(
      `INSERT INTO FUNCTION file('${joinPath(uploads, name)}', 'Parquet') ${select}
       SETTINGS output_format_parquet_compression_method = '${codec}', output_format_parquet_row_group_size = 1500`,
    );
  for (const codec of ['none', 'snappy', 'gzip', 'brotli', 'zstd'])
    write(
      `${codec}.parquet`,
      'SELECT number AS n, toString(n % 7) AS s, if(n % 3 = 0, NULL, n / 7) AS f FROM numbers(5000)',
      codec,
    );
  write(
    'types.parquet',
    `SELECT toInt8(1) AS small, toUInt64(18446744073709551615) AS large, toFloat32(0.5) AS single,
      toDecimal64('0.35', 2) AS money, toDate32('1955-01-02') AS day,
      toDateTime64('2020-01-02 03:04:05.123999', 6, 'UTC') AS at,
      toDateTime64('1950-01-02 03:04:05.123456789', 9, 'UTC') AS long_ago,
      toUUID('61f0c404-5cb3-11e7-907b-a6006ad3dba0') AS uuid, true AS flag, toFixedString('abc', 5) AS code, 'é' AS word,
      CAST(NULL, 'Nullable(Int32)') AS none, nan AS not_a_number, [1, 9007199254740993] AS list,
      CAST(['x/"é', NULL], 'Array(Nullable(String))') AS words, map('k', 1.5) AS map,
      CAST((1, 'z'), 'Tuple(p UInt8, q String)') AS struct, [toDate('2020-01-02')] AS days`,
    'snappy',
  );
  session.cleanup();
}
