import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ClickHouseError, type ClickHouseSettings } from '@clickhouse/client';
import { beforeAll, expect, test } from 'vitest';
import { useWarehouse } from '../testing/test-warehouse.js';

const warehouse = useWarehouse();
const secret = 'the canary sings';

beforeAll(async () => {
  await warehouse.run('CREATE DATABASE pelton_one');
  await warehouse.run('CREATE TABLE pelton_one.events (n UInt64, file String) ENGINE = MergeTree ORDER BY n');
  await warehouse.run("INSERT INTO pelton_one.events SELECT number, 'plain' FROM numbers(1000)");
  await warehouse.run('CREATE DATABASE hidden');
  await warehouse.run('CREATE TABLE hidden.secrets (s String) ENGINE = MergeTree ORDER BY s');
  await warehouse.run(`INSERT INTO hidden.secrets VALUES ('${secret}')`);
  await warehouse.run(`INSERT INTO FUNCTION file('${canary()}', LineAsString) SELECT '${secret}'`);
});

const canary = () => join(warehouse.folder, 'canary.txt');
const leak = () => join(warehouse.folder, 'leak.txt');

async function read(query: string, settings: ClickHouseSettings = {}, params: Record<string, unknown> = {}) {
  const { stream } = await warehouse.reader.exec({ query, clickhouse_settings: settings, query_params: params });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text;
}

test.each([
  ['SELECT count() FROM pelton_one.events', '1000\n'],
  ['SELECT file FROM pelton_one.events LIMIT 1', 'plain\n'],
  ['WITH x AS (SELECT n FROM pelton_one.events) SELECT max(n) FROM x FORMAT JSONEachRow', '{"max(n)":999}\n'],
  ['SELECT count() FROM pelton_one.events WHERE n IN (SELECT number FROM numbers(10))', '10\n'],
  ['SELECT sum(n) FROM (SELECT 1 AS n UNION ALL SELECT 2)', '3\n'],
  ["SELECT formatQuerySingleLine('SELECT  1')", 'SELECT 1\n'],
  ['DESCRIBE TABLE pelton_one.events', 'n\tUInt64\t\t\t\t\t\nfile\tString\t\t\t\t\t\n'],
  ['DESCRIBE TABLE (SELECT 1 AS a)', 'a\tUInt8\t\t\t\t\t\n'],
  ["SELECT * FROM values('a UInt8', 1, 2) ORDER BY a", '1\n2\n'],
  ['SELECT /* it is ; */ 1 -- fine', '1\n'],
])('reads %s', async (query, text) => {
  expect(await read(query)).toBe(text);
});

test('explains what it may read', async () => {
  expect(await read('EXPLAIN AST SELECT n FROM pelton_one.events')).toContain('TableIdentifier pelton_one.events');
  expect(await read('EXPLAIN QUERY TREE SELECT n FROM pelton_one.events')).toContain('table_name: pelton_one.events');
  expect(await read('EXPLAIN SELECT n FROM pelton_one.events')).toContain('ReadFromMergeTree');
});

test('reads from the database of the client, with bound values', async () => {
  const client = warehouse.connect(warehouse.readerUrl, { database: 'pelton_one' });
  const query = 'SELECT count() AS c FROM events WHERE n < {n:UInt64}';
  const result = await client.query({ query, query_params: { n: 3 }, format: 'JSONEachRow' });
  expect(await result.json()).toEqual([{ c: 3 }]);
});

test.each([
  // other statements
  'INSERT INTO pelton_one.events VALUES (1, 2)',
  'INSERT INTO pelton_one.events SELECT 1, 2',
  'CREATE TABLE pelton_one.x (a Int8) ENGINE = Memory',
  'CREATE TEMPORARY TABLE x (a Int8)',
  'CREATE USER eve',
  'DROP TABLE pelton_one.events',
  'TRUNCATE TABLE pelton_one.events',
  'ALTER TABLE pelton_one.events DELETE WHERE 1',
  'OPTIMIZE TABLE pelton_one.events',
  'SET ROLE pelton_admin',
  'SET readonly = 0',
  'SET max_memory_usage = 0',
  'USE hidden',
  'SYSTEM SHUTDOWN',
  'KILL QUERY WHERE 1',
  'GRANT pelton_admin TO default',
  'ATTACH TABLE x',
  'SHOW PROCESSLIST',
  'SHOW DATABASES',
  'SHOW CREATE TABLE hidden.secrets',
  'EXISTS TABLE hidden.secrets',
  'CHECK TABLE hidden.secrets',
  // more than one
  'SELECT 1; SET ROLE pelton_admin',
  'SELECT 1;SELECT s FROM hidden.secrets',
  'SET ROLE pelton_admin; SELECT s FROM hidden.secrets',
  'SELECT $$ ; $$ ; SELECT s FROM hidden.secrets',
  'SELECT 1 /* ; */ ; /* */ SET readonly = 0',
  // other databases
  'SELECT s FROM hidden.secrets',
  'SELECT s FROM `hidden`.`secrets`',
  'SELECT 1 WHERE 1 IN (SELECT s FROM hidden.secrets)',
  "SELECT 'a' IN hidden.secrets",
  'WITH x AS (SELECT s FROM hidden.secrets) SELECT * FROM x',
  'SELECT (SELECT any(s) FROM hidden.secrets)',
  'SELECT n FROM pelton_one.events UNION ALL SELECT s FROM hidden.secrets',
  'SELECT 1 FROM pelton_one.events AS e JOIN hidden.secrets AS h ON 1',
  "SELECT * FROM merge('hidden', '.*')",
  'SELECT * FROM view(SELECT s FROM hidden.secrets)',
  'DESCRIBE TABLE hidden.secrets',
  'SELECT throwIf(1, (SELECT any(s) FROM hidden.secrets))',
  'EXPLAIN ESTIMATE SELECT s FROM hidden.secrets',
  // the engine's own lists
  'SELECT query FROM system.processes',
  'SELECT query FROM `system`.processes',
  'SELECT * FROM system.parts',
  'SELECT * FROM system.stack_trace',
  'SELECT * FROM information_schema.tables',
  'SELECT * FROM INFORMATION_SCHEMA.TABLES',
  "SELECT 'a' IN system.disks",
  'SELECT * REPLACE((SELECT any(query) FROM system.processes) AS n) FROM pelton_one.events',
  'SELECT * APPLY(x -> (SELECT any(query) FROM system.processes)) FROM pelton_one.events',
  "SELECT * FROM merge('system', 'processes')",
  'SELECT 1 LIMIT (SELECT count() FROM system.processes)',
  'DESCRIBE TABLE system.processes',
  'EXPLAIN QUERY TREE SELECT * FROM system.processes',
  // files
  "SELECT file('FILE')",
  "SELECT FILE('FILE')",
  "SELECT `file`('FILE')",
  "SELECT/**/file/**/('FILE')",
  "SELECT arrayMap(x -> file(x), ['FILE'])",
  "SELECT COLUMNS('f') APPLY(file) FROM (SELECT 'FILE' AS f)",
  "SELECT * APPLY(x -> file(x)) FROM (SELECT 'FILE' AS f)",
  "SELECT * REPLACE(file('FILE') AS f) FROM (SELECT 1 AS f)",
  "SELECT throwIf(1, file('FILE'))",
  "EXPLAIN QUERY TREE SELECT file('FILE')",
  "DESCRIBE TABLE (SELECT file('FILE'))",
  "SELECT * FROM file('FILE', LineAsString)",
  "SELECT * FROM File('FILE', 'LineAsString')",
  'SELECT * FROM `FILE`',
  'SELECT * FROM default.`FILE`',
  "SELECT * FROM 'FILE'",
  "DESCRIBE TABLE file('FILE', LineAsString)",
  "SELECT * FROM fileCluster('default', 'FILE', 'LineAsString')",
  "SELECT * FROM filesystem('/')",
  "SELECT 1 INTO OUTFILE 'LEAK'",
  "SELECT 1 INTO OUTFILE 'LEAK' TRUNCATE FORMAT CSV",
  "SELECT 1 into/**/outfile 'LEAK'",
  "EXPLAIN SELECT 1 INTO OUTFILE 'LEAK'",
  'SELECT 1 FORMAT Template',
  'SELECT 1 FORMAT CapnProto',
  "SELECT catboostEvaluate('FILE', 1)",
  // programs, networks, other engines
  "SELECT * FROM url('http://127.0.0.1:1/', LineAsString, 'a String')",
  "SELECT * FROM s3('http://127.0.0.1:1/bucket/x', 'CSV', 'a String')",
  "SELECT * FROM remote('127.0.0.1', hidden.secrets)",
  "SELECT * FROM cluster('default', hidden.secrets)",
  "SELECT * FROM executable('x', 'TSV', 'a String')",
  "SELECT * FROM mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
  "SELECT * FROM sqlite('/tmp/x.db', 't')",
  "SELECT * FROM mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd', 'e String')",
  'SELECT * FROM loop(hidden.secrets)',
  "SELECT * FROM dictionary('x')",
  "SELECT * FROM viewExplain('EXPLAIN', '', (SELECT 1))",
  "EXPLAIN TABLE OVERRIDE mysql('127.0.0.1:1', 'a', 'b', 'c', 'd') PARTITION BY x",
  "SELECT * FROM input('a Int8') FORMAT CSV",
  // settings
  'SELECT 1 SETTINGS readonly = 0',
  'SELECT 1 SETTINGS max_memory_usage = 0',
  'SELECT 1 FORMAT CSV SETTINGS max_execution_time = 0',
  "SELECT getServerSetting('max_server_memory_usage')",
])('refuses %s', async (attack) => {
  const query = attack.replaceAll('FILE', canary()).replaceAll('LEAK', leak());
  const error: unknown = await read(query).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ClickHouseError);
  expect(String(error)).not.toContain(secret);
  expect(existsSync(leak())).toBe(false);
});

test.each([
  [
    { readonly: '0', max_memory_usage: '0' },
    "SELECT getSetting('max_memory_usage') > 0, getSetting('readonly')",
    '1\t1\n',
  ],
  [{ max_execution_time: 999_999 }, "SELECT getSetting('max_execution_time')", '60\n'],
  [{ max_execution_time: 5 }, "SELECT getSetting('max_execution_time')", '5\n'],
  [{ max_execution_time: -1 }, "SELECT getSetting('max_execution_time')", '60\n'],
  [{ max_result_rows: '0' }, "SELECT getSetting('max_result_rows')", '1000000\n'],
])('takes %j within the limits', async (settings, query, text) => {
  expect(await read(query, settings as ClickHouseSettings)).toBe(text);
});

test.each([
  { output_format_schema: 'LEAK' },
  { format_template_row: 'FILE' },
  { allow_ddl: 1 },
  { profile: 'default' },
  { max_server_memory_usage: '0' },
  { allow_introspection_functions: 1 },
])('refuses the setting %j', async (settings) => {
  await expect(read('SELECT 1', settings as ClickHouseSettings)).rejects.toMatchObject({ code: '164' });
});

test.each([
  ['SELECT * FROM {d:Identifier}.{t:Identifier}', { d: 'system', t: 'processes' }],
  ['SELECT * FROM {d:Identifier}.{t:Identifier}', { d: 'hidden', t: 'secrets' }],
  ["SELECT 'a' IN {d:Identifier}.{t:Identifier}", { d: 'system', t: 'disks' }],
])('refuses %s with names %j', async (query, params) => {
  await expect(read(query, {}, params)).rejects.toMatchObject({ code: '497' });
});

test.each(['Template', 'CSV; SELECT s FROM hidden.secrets', 'TSV SETTINGS readonly = 0', 'CapnProto'])(
  'refuses the format %s by a parameter of the URL',
  async (default_format) => {
    const settings = { default_format } as ClickHouseSettings;
    await expect(read('SELECT 1', settings)).rejects.toBeInstanceOf(ClickHouseError);
  },
);

test('refuses the same again, and the same with another name', async () => {
  const counting = (d: string) => read('SELECT count() FROM {d:Identifier}.events', {}, { d });
  for (let time = 0; time < 3; time++) {
    await expect(read('SELECT 1 FROM system.one')).rejects.toMatchObject({ code: '497' });
    await expect(counting('system')).rejects.toMatchObject({ code: '497' });
    expect(await counting('pelton_one')).toBe('1000\n');
  }
});

test('binds long values', async () => {
  const value = 'x'.repeat(1_000_000);
  expect(await read('SELECT length({value:String})', {}, { value })).toBe('1000000\n');
});

test('refuses a database that it may not read', async () => {
  for (const database of ['hidden', 'system']) {
    const client = warehouse.connect(warehouse.readerUrl, { database });
    await expect(client.query({ query: 'SELECT 1 FROM one' })).rejects.toBeInstanceOf(ClickHouseError);
  }
});

test('cannot get at another role by a parameter of the URL', async () => {
  await expect(warehouse.reader.query({ query: 'SELECT 1', role: 'pelton_admin' })).rejects.toMatchObject({
    code: '48',
  });
});

test.each([
  [
    'memory',
    'SELECT groupArray(number) FROM numbers(10000000000)',
    'MEMORY_LIMIT_EXCEEDED',
    { max_memory_usage: '200000000' },
  ],
  ['time', 'SELECT sum(sipHash64(number)) FROM numbers(1000000000000)', 'TIMEOUT_EXCEEDED', { max_execution_time: 1 }],
  [
    'sleep',
    'SELECT sleepEachRow(0.5) FROM numbers(100)',
    'TIMEOUT_EXCEEDED',
    { max_execution_time: 1, max_block_size: '1' },
  ],
  ['rows', 'SELECT number FROM numbers(2000000)', 'TOO_MANY_ROWS_OR_BYTES', {}],
  ['bytes', "SELECT repeat('x', 1000000) FROM numbers(1000)", 'TOO_MANY_ROWS_OR_BYTES', {}],
  ['depth', `SELECT ${'('.repeat(5_000)}1${')'.repeat(5_000)}`, 'TOO_DEEP_RECURSION', {}],
  ['elements', `SELECT [${Array.from({ length: 60_000 }, () => 'a').join(',')}]`, 'TOO_BIG_AST', {}],
])('stops a bomb of %s', async (_, query, type, settings) => {
  const failure: unknown = await read(query, settings).catch((e: unknown) => e);
  expect(failure).toBeInstanceOf(Error);
  expect((failure as { type?: string }).type ?? type).toBe(type); // in a stream there is no type left
});

test('leaves the admin unlimited at the same time', async () => {
  const both = await Promise.all([
    warehouse.rows("SELECT getSetting('readonly') AS readonly, currentRoles() AS roles"),
    read("SELECT getSetting('readonly'), currentRoles()"),
  ]);
  expect(both).toEqual([[{ readonly: 0, roles: ['pelton_admin', 'pelton_reader'] }], "1\t['pelton_reader']\n"]);
});

test('the canary is where it was', () => {
  expect(readFileSync(canary(), 'utf8')).toContain(secret);
});
