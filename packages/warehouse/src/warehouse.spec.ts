import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@pelton/embedded';
import { bind, sql } from '@pelton/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { migrate } from './migrate.js';
import { openWarehouse, type ProjectWarehouse, type Warehouse, warehouseErrorType } from './index.js';

let folder: string;
let services: Services;
let warehouse: Warehouse;
let project: ProjectWarehouse;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pelton-'));
  services = await startServices({ dataDir: folder, mongodbUrl: 'mongodb://unused', queueUrl: 'redis://unused' });
  warehouse = openWarehouse({ url: services.clickhouseUrl, readerUrl: services.clickhouseReaderUrl });
  project = await warehouse.project('a');
}, 60_000);
afterAll(async () => {
  await warehouse.close();
  await services.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

test('a project has its tables, and migrating again changes nothing', async () => {
  const tables = await project.admin.rows<{ name: string }>(
    sql`SELECT name FROM system.tables WHERE database = ${project.database} ORDER BY name`,
  );
  expect(tables.map((table) => table.name)).toEqual([
    'assignments',
    'deliveries',
    'events',
    'identities',
    'identity_claims',
    'identity_log',
    'identity_map',
    'identity_splits',
    'item_properties',
    'memberships',
    'metric_values',
    'migrations',
    'rejects',
    'tag_members',
    'trigger_entries',
    'user_traits',
    'users',
    'waiting_users',
  ]);
  expect(await migrate(project.admin)).toEqual([]);
});

test('a migration that was killed half-way runs again from its start', async () => {
  await project.admin.run(sql`TRUNCATE TABLE migrations`);
  expect(await migrate(project.admin)).toEqual([
    '0001_events.sql',
    '0002_users_and_items.sql',
    '0003_results.sql',
    '0004_messages_once.sql',
    '0006_identities.sql',
    '0007_entities.sql',
    '0008_trigger_entries.sql',
    '0010_waiting_users.sql',
    '0011_awaited_conditions.sql',
  ]);
});

test('an event that is stored twice is counted once', async () => {
  const event = {
    message_id: 'm1',
    type: 'track',
    event: 'Ordered',
    user_id: 'u',
    anonymous_id: '',
    timestamp: '2026-01-01T00:00:00.000Z',
    received_at: '2026-01-01T00:00:01.000Z',
    properties: { total: 5 },
    context: {},
    source: 'test',
  };
  await project.admin.insert('events', [event]);
  await project.admin.insert('events', [{ ...event, received_at: '2026-01-02T00:00:00.000Z' }]);
  expect(
    await project.admin.row(sql`SELECT count() AS events, sum(properties.total::Int64) AS total FROM events FINAL`),
  ).toEqual({ events: 1, total: 5 });
  const asPeopleWriteIt = sql`SELECT count() AS events FROM events WHERE event = 'Ordered'`;
  expect(await project.reader.row(asPeopleWriteIt)).toEqual({ events: 1 });
});

test('a sender’s message that comes again eight days and a month later is counted once, and its first copy stays', async () => {
  const columns = ['message_id', 'type', 'event', 'user_id', 'timestamp', 'received_at', 'sender_clock'];
  const sentAt = Date.parse('2026-03-31T23:59:59.000Z');
  const copy = (receivedAt: string, timestamp: string) => {
    const said = { message_id: 'again', type: 'track', event: 'Resent', user_id: 'u', sender_clock: sentAt };
    const line = JSON.stringify({ ...said, timestamp, received_at: receivedAt });
    return project.admin.insertLines('events', [line], { columns, settings: { async_insert: 0 } });
  };
  await copy('2026-04-08T00:00:00.000Z', '2026-04-07T23:59:00.000Z');
  await copy('2026-03-31T23:59:59.500Z', '2026-03-31T23:59:59.000Z');
  await copy('2026-04-08T01:00:00.000Z', '2026-04-08T00:59:00.000Z');
  const counted = sql`SELECT count() AS events, toString(any(timestamp)) AS at FROM events WHERE event = 'Resent'`;
  expect(await project.reader.row(counted)).toEqual({ events: 1, at: '2026-03-31 23:59:59.000' });
});

test('the earlier of two assignments stays', async () => {
  for (const [variation, at] of [
    ['late', '2026-02-01T00:00:00Z'],
    ['early', '2026-01-01T00:00:00Z'],
    ['later', '2026-03-01T00:00:00Z'],
  ]) {
    await project.admin.insert('assignments', [{ experiment_id: 'x', user_id: 'u', variation, at }]);
  }
  expect(await project.admin.rows(sql`SELECT variation FROM assignments FINAL`)).toEqual([{ variation: 'early' }]);
});

test('users are their latest traits', async () => {
  const trait = (value: string, updated_at: string) => ({ user_id: 'u', trait: 'plan', value, updated_at });
  await project.admin.insert('user_traits', [
    trait('pro', '2026-02-01T00:00:00Z'),
    trait('free', '2026-01-01T00:00:00Z'),
  ]);
  expect(await project.admin.rows(sql`SELECT user_id, traits FROM users`)).toEqual([
    { user_id: 'u', traits: { plan: 'pro' } },
  ]);
});

test('columns of a query are known without running it', async () => {
  const columns = await project.admin.columns(
    sql`SELECT 1::UInt8 AS n, ${'x'} AS s, toDateTime64(0, 3, 'UTC') AS at, throwIf(1, 'it ran') AS never`,
  );
  expect(columns.map(({ name, family }) => [name, family])).toEqual([
    ['n', 'number'],
    ['s', 'text'],
    ['at', 'time'],
    ['never', 'number'],
  ]);
});

test('numbers keep every digit where a person looks at rows', async () => {
  const { columns, rows } = await project.reader.table(
    sql`SELECT 42::Int64 AS small, 9007199254740993::Int64 AS large, [18446744073709551615] AS list,
      toDecimal128('12345678901234567890.5', 2) AS exact, '9007199254740993' AS text`,
  );
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'small Int64',
    'large Int64',
    'list Array(UInt64)',
    'exact Decimal(38, 2)',
    'text String',
  ]);
  expect(rows).toEqual([
    [42, '9007199254740993', ['18446744073709551615'], '12345678901234567890.5', '9007199254740993'],
  ]);
});

test('rows come in batches, and bytes of one client go into a table by another', async () => {
  let count = 0;
  for await (const rows of project.admin.batches<{ number: number }>(sql`SELECT number FROM numbers(100000)`))
    count += rows.length;
  expect(count).toBe(100_000);
  await project.admin.run(sql`CREATE TABLE copied (n UInt64) ENGINE = MergeTree ORDER BY n`);
  await project.admin.insertBytes(
    'copied',
    'Native',
    await project.reader.bytes(sql`SELECT number AS n FROM numbers(1000)`, 'Native'),
  );
  expect(await project.admin.row(sql`SELECT sum(n) AS sum FROM copied`)).toEqual({ sum: 499_500 });
});

test('a refusal is told in words, with ClickHouse’s name for it at hand', async () => {
  const error: unknown = await project.admin
    .rows(sql`SELECT amonut FROM (SELECT 1 AS amount)`)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    code: 'SQL_FAILED',
    message: 'The warehouse could not run this: there is no column amonut; did you mean amount?',
  });
  expect(warehouseErrorType(error)).toBe('UNKNOWN_IDENTIFIER');
  await expect(project.admin.rows(sql`SELECT * FROM nowhere`)).rejects.toThrow('there is no table nowhere');
});

test('a warehouse that does not answer is told as down, and a wrong password too', async () => {
  const nowhere = openWarehouse({ url: 'http://127.0.0.1:9' });
  await expect(nowhere.ping()).rejects.toMatchObject({ code: 'SERVICE_DOWN' });
  const wrong = openWarehouse({ url: services.clickhouseUrl.replace(/:[^:@/]+@/, ':wrong@') });
  await expect(wrong.ping()).rejects.toMatchObject({
    code: 'SERVICE_DOWN',
    facts: { reason: 'it refused the user or the password' },
  });
  await Promise.all([nowhere.close(), wrong.close()]);
});

test('a dropped project is gone, and another one stays', async () => {
  await warehouse.project('b');
  await warehouse.dropProject('b');
  const databases = await project.admin.rows<{ name: string }>(
    sql`SELECT name FROM system.databases WHERE startsWith(name, ${bind('String', 'pelton_')})`,
  );
  expect(databases.map((database) => database.name)).toEqual(['pelton_a']);
});
