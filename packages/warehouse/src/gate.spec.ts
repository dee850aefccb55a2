import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeColumn } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import { sql } from '@pelton/sdk';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openGate, openWarehouse, type ProjectWarehouse, type SqlGate, type Warehouse } from './index.js';

let folder: string;
let services: Services;
let warehouse: Warehouse;
let project: ProjectWarehouse;
let gate: SqlGate;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pelton-'));
  services = await startServices({ dataDir: folder, mongodbUrl: 'mongodb://unused', queueUrl: 'redis://unused' });
  warehouse = openWarehouse({ url: services.clickhouseUrl, readerUrl: services.clickhouseReaderUrl });
  project = await warehouse.project('one');
  await (await warehouse.project('two')).admin.run(sql`CREATE TABLE secret (x String) ENGINE = MergeTree ORDER BY x`);
  gate = openGate(project);
}, 60_000);
afterAll(async () => {
  await warehouse.close();
  await services.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

const input = [
  describeColumn('a', 'Int64'),
  describeColumn('name', 'String'),
  describeColumn('at', "DateTime64(3, 'UTC')"),
  describeColumn('body', 'JSON'),
];

describe('a SELECT over the project’s own data passes', () => {
  test.each([
    'SELECT a, upper(name) FROM input',
    'select count() as n, name from input group by name having n > 1 order by n desc limit 5',
    'WITH big AS (SELECT * FROM input WHERE a > 10) SELECT * FROM big AS b JOIN input AS i USING (a)',
    'SELECT event, uniq(user_id) FROM events FINAL GROUP BY event',
    'SELECT user_id, row_number() OVER (PARTITION BY event ORDER BY timestamp) FROM events',
    'SELECT a FROM input UNION ALL SELECT toInt64(number) FROM numbers(3)',
    "SELECT sumIf(a, name = 'x'), quantile(0.9)(a), argMax(name, at) FROM input -- a comment",
    'SELECT arrayMap(x -> x + 1, [a]), body.price::Float64, if(a > 1, 1, 2), CASE WHEN a = 1 THEN 2 ELSE 3 END FROM input',
    "SELECT user_id FROM users WHERE traits['plan'] = 'pro' AND user_id IN (SELECT user_id FROM events)",
    "SELECT toStartOfMonth(at), a::String, name LIKE 'a%', a BETWEEN 1 AND 2 FROM input ARRAY JOIN [1, 2] AS k",
  ])('%s', async (text) => {
    const canonical = await gate.admitSelect(text, input);
    expect(canonical).toMatch(/^(SELECT|WITH)/);
    expect(canonical).not.toContain('comment');
  });
});

describe('anything else is refused', () => {
  test.each([
    ["SELECT * FROM file('/etc/passwd', 'LineAsString')"],
    ["SELECT file('/etc/passwd')"],
    ["SELECT fIlE('/etc/passwd')"],
    ["SELECT `file`('/etc/passwd')"],
    ["SELECT /* x */ file /* y */ ('/etc/passwd')"],
    ["SELECT * FROM url('http://127.0.0.1:1/', 'CSV')"],
    ["SELECT * FROM s3('http://127.0.0.1:1/x')"],
    ["SELECT * FROM remote('127.0.0.1', 'system.one')"],
    ["SELECT * FROM mysql('127.0.0.1:3306', 'a', 'b', 'c', 'd')"],
    ["SELECT * FROM executable('id', 'TSV', 'x String')"],
    ['SELECT * FROM system.users'],
    ['SELECT * FROM system.processes'],
    ['SELECT * FROM information_schema.tables'],
    ['SELECT * FROM pelton_two.secret'],
    ['SELECT 1 WHERE 1 IN pelton_two.secret'],
    ['SELECT (SELECT max(x) FROM pelton_two.secret)'],
    ['SELECT * FROM input AS i JOIN pelton_two.secret AS s ON i.name = s.x'],
    ['WITH s AS (SELECT * FROM pelton_two.secret) SELECT * FROM s'],
    ["SELECT * FROM merge('pelton_two', '.*')"],
    ['SELECT * FROM view(SELECT * FROM system.one)'],
    ["SELECT dictGet('d', 'x', 1)"],
    ['SELECT sleep(3)'],
    ["SELECT hostName(), currentUser(), getSetting('readonly')"],
    ["SELECT COLUMNS('name') APPLY(file) FROM input"],
    ['SELECT * APPLY(file) FROM input'],
    ['SELECT a FROM input SETTINGS max_execution_time = 0'],
    ["SELECT 1 INTO OUTFILE '/tmp/x'"],
    ['SELECT 1 FORMAT CSV'],
    ['SELECT 1; SELECT 2'],
    ['SELECT 1) SELECT * FROM (SELECT 2'],
    ['INSERT INTO events SELECT * FROM events'],
    ['DROP TABLE events'],
    ['ALTER TABLE events DELETE WHERE 1'],
    ['SET readonly = 0'],
    ['SET ROLE ALL'],
    ['SYSTEM SHUTDOWN'],
    ['KILL QUERY WHERE 1'],
    ['USE pelton_two'],
    ['SHOW TABLES FROM pelton_two'],
    ['EXPLAIN SELECT 1'],
    ["DESCRIBE TABLE file('/etc/passwd')"],
    ['not sql at all'],
    [''],
  ])('%s', async (text) => {
    await expect(gate.admitSelect(text, input)).rejects.toMatchObject({ code: 'SQL_REFUSED' });
  });
});

describe('a formula is one expression over a row', () => {
  test.each([
    ['a * 2', 'a * 2'],
    ["concat(name, '!')", "concat(name, '!')"],
    ["if(a > 1, 'many', 'few')", "if(a > 1, 'many', 'few')"],
    ['a::Float64 / 3', 'CAST(a, '],
    ["a IN (1, 2) AND name != ''", 'a IN (1, 2)'],
  ])('%s passes', async (formula, canonical) => {
    expect(await gate.admitFormula(formula, input)).toContain(canonical);
  });

  test.each([
    ['sum(a)', 'sum adds up many rows'],
    ['a FROM events', 'it is not complete or has a mistake'],
    ['(SELECT 1)', 'Subquery is not allowed'],
    ['row_number() OVER ()', 'not allowed'],
    ['arrayJoin([1, 2])', 'arrayJoin is not allowed'],
    ["file('/etc/passwd')", 'it may only read the data of this project'],
    ['a IN pelton_two.secret', ''],
    ['* APPLY(file)', ''],
    ['price * 2', 'there is no column price'],
    ['a +', 'it is not complete or has a mistake'],
    ['1) AS x, (2', ''],
  ])('%s is refused', async (formula, reason) => {
    await expect(gate.admitFormula(formula, input)).rejects.toMatchObject({
      code: 'SQL_REFUSED',
      message: expect.stringContaining(reason) as string,
    });
  });
});

test('the reader cannot do what the gate would have refused', async () => {
  const { reader } = project;
  for (const text of [
    'CREATE TABLE x (a String) ENGINE = Memory',
    "SELECT * FROM file('/etc/passwd', 'LineAsString')",
    'SELECT * FROM system.users',
    'TRUNCATE TABLE events',
  ]) {
    await expect(reader.run({ parts: [text] }), text).rejects.toMatchObject({ code: 'SQL_FAILED' });
  }
});

test('a refusal says where in the text the mistake is', async () => {
  await expect(gate.admitFormula("'é' || a b c", input)).rejects.toMatchObject({ facts: { at: 9 } });
  await expect(gate.admitSelect('SELECT a b\nc FROM input', input)).rejects.toMatchObject({ facts: { at: 11 } });
});

test('the functions that pass are told with how they are written', async () => {
  const functions = await gate.functions();
  expect(functions.find(({ name }) => name === 'round')).toMatchObject({ kind: 'scalar', syntax: 'round(x[, N])' });
  expect(functions.find(({ name }) => name === 'uniq')).toMatchObject({ kind: 'aggregate' });
  expect(functions.filter(({ name }) => ['file', 'sleep', 'hostName', 'url'].includes(name))).toEqual([]);
});

test.each([
  "rewrite = 1 SELECT 1 INTO OUTFILE 'LEAK'",
  "SELECT 1) INTO OUTFILE 'LEAK' FORMAT TSV --",
  "optimize = 1 INSERT INTO FUNCTION file('LEAK') SELECT 1",
])('looking for the mistake in %s writes nothing', async (text) => {
  const leak = join(folder, 'leak');
  await expect(gate.admitSelect(text.replace('LEAK', leak), input)).rejects.toMatchObject({ code: 'SQL_REFUSED' });
  expect(existsSync(leak)).toBe(false);
});
