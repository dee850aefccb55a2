import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { MongoClient } from 'mongodb';
import { Pool } from 'pg';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startServices } from '../start-services.js';
import { type ParentUrls, startParent, type TestParent } from '../testing/test-parent.js';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { waitFor } from '../testing/wait-for.js';
import { identifyProcess } from './process-identity.js';

/** A data folder as a first start leaves it, because making a database takes a second. */
const template = mkdtempSync('/tmp/pe-');
const urls = { mongodbUrl: 'mongodb://unused', clickhouseUrl: 'http://unused' };
beforeAll(async () => (await startServices({ dataDir: template, ...urls })).stop());
afterAll(() => rmSync(template, { recursive: true, force: true, maxRetries: 10 }));

function usedFolder(): string {
  const folder = temporaryFolder();
  execFileSync('cp', ['-a', `${template}/queue`, folder]);
  return folder;
}

const isAlive = (pid: number) => identifyProcess(pid) !== undefined;

/** PostgreSQL's own processes on a data folder, without the children that it makes for connections. */
function postgresOf(folder: string): number[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.includes(`-D ${folder}/queue/data`)).map((line) => Number.parseInt(line, 10));
}

/** One client of each service, like those of an application. */
function connect({ mongodbUrl, queueUrl, clickhouseUrl }: ParentUrls) {
  const mongo = new MongoClient(mongodbUrl, { serverSelectionTimeoutMS: 10_000 });
  const pool = new Pool({ connectionString: queueUrl });
  pool.on('error', () => {});
  const warehouse = createClient({ url: clickhouseUrl, log: { level: ClickHouseLogLevel.OFF } });
  let closing: Promise<unknown> | undefined;
  const close = () => (closing ??= Promise.allSettled([mongo.close(), pool.end(), warehouse.close()]));
  onTestFinished(async () => void (await close()));
  return {
    close,
    async write(n: number) {
      await mongo.db('test').collection<{ n: number }>('rows').insertOne({ n });
      await pool.query('CREATE TABLE IF NOT EXISTS rows (n INT)');
      await pool.query('INSERT INTO rows VALUES ($1)', [n]);
      await warehouse.command({ query: 'CREATE DATABASE IF NOT EXISTS pelton_test' });
      await warehouse.command({
        query: 'CREATE TABLE IF NOT EXISTS pelton_test.rows (n UInt32) ENGINE = MergeTree ORDER BY n',
      });
      await warehouse.insert({ table: 'pelton_test.rows', values: [{ n }], format: 'JSONEachRow' });
    },
    documents: async () =>
      (await mongo.db('test').collection<{ n: number }>('rows').find().sort({ n: 1 }).toArray()).map(({ n }) => n),
    queue: async () => (await pool.query<{ n: number }>('SELECT n FROM rows ORDER BY n')).rows.map(({ n }) => n),
    warehouse: async () => {
      const result = await warehouse.query({
        query: 'SELECT n FROM pelton_test.rows ORDER BY n',
        format: 'JSONEachRow',
      });
      return (await result.json<{ n: number }>()).map(({ n }) => n);
    },
  };
}

type Clients = ReturnType<typeof connect>;
const readAll = async (clients: Clients) => [
  await clients.documents(),
  await clients.queue(),
  await clients.warehouse(),
];

async function startedParent(folder: string): Promise<{ parent: TestParent; clients: Clients }> {
  const parent = startParent(folder);
  const urls = await parent.ready;
  return { parent, clients: connect(urls) };
}

test('starts only the services that have no URL', async () => {
  const folder = temporaryFolder();
  const given = {
    mongodbUrl: 'mongodb://a',
    queueUrl: 'redis://b',
    clickhouseUrl: 'http://c',
    clickhouseReaderUrl: 'http://d',
  };
  const all = await startServices({ dataDir: `${folder}/not-made`, ...given });
  await all.stop();
  expect(all).toMatchObject(given);
  expect(existsSync(`${folder}/not-made`)).toBe(false);
  const events: string[] = [];
  const log = (event: string, facts: object) => events.push(`${event} ${(facts as { service: string }).service}`);
  const services = await startServices({ dataDir: folder, mongodbUrl: 'mongodb://a', queueUrl: 'redis://b', log });
  await services.stop();
  expect(services).toMatchObject({ mongodbUrl: 'mongodb://a', queueUrl: 'redis://b' });
  expect(events).toEqual(['service.ready warehouse']);
});

test('ends with all its processes when it is asked to, and keeps the data', async () => {
  const folder = usedFolder();
  for (const expected of [[1], [1, 2]]) {
    const { parent, clients } = await startedParent(folder);
    await clients.write(expected.length);
    expect(await readAll(clients)).toEqual([expected, expected, expected]);
    await clients.close();
    process.kill(parent.pid, 'SIGTERM');
    expect(await parent.exited).toEqual({ code: 0, signal: null });
    expect([...parent.pids.values()].filter(isAlive)).toEqual([]);
    expect(postgresOf(folder)).toEqual([]);
  }
});

test('keeps the services until the application has closed, whatever the process group is told', async () => {
  const folder = usedFolder();
  const { parent } = await startedParent(folder);
  for (const pid of [-parent.pid, ...parent.pids.values()]) {
    process.kill(pid, 'SIGINT');
    process.kill(pid, 'SIGTERM');
  }
  expect(await parent.exited).toEqual({ code: 0, signal: null });
  expect(parent.lines.at(-1)).toBe('{"kind":"closing","text":"42\\n"}');
  expect(postgresOf(folder)).toEqual([]);
});

test('is found again after its parent was killed', async () => {
  const folder = usedFolder();
  const first = await startedParent(folder);
  await first.clients.write(1);
  process.kill(first.parent.pid, 'SIGKILL');
  const second = await startedParent(folder); // at once, while the orphans still notice
  await second.clients.write(2);
  expect(await readAll(second.clients)).toEqual([
    [1, 2],
    [1, 2],
    [1, 2],
  ]);
  expect([...first.parent.pids.values()].filter(isAlive)).toEqual([]);
  expect([...second.parent.pids.values()].filter(isAlive)).toHaveLength(3);
  expect(postgresOf(folder)).toHaveLength(1);
});

test('is found again after everything but PostgreSQL was killed', async () => {
  const folder = usedFolder();
  const first = await startedParent(folder);
  await first.clients.write(1);
  const orphans = postgresOf(folder);
  for (const pid of [first.parent.pid, ...first.parent.pids.values()]) process.kill(pid, 'SIGKILL');
  const second = await startedParent(folder);
  expect(await readAll(second.clients)).toEqual([[1], [1], [1]]);
  expect(orphans.filter(isAlive)).toEqual([]);
  expect(postgresOf(folder)).toHaveLength(1);
});

test('leaves no orphans when its parent was killed', async () => {
  const folder = usedFolder();
  const { parent } = await startedParent(folder);
  process.kill(parent.pid, 'SIGKILL');
  await waitFor(
    'they are gone',
    () => [...parent.pids.values()].filter(isAlive).length === 0 && postgresOf(folder).length === 0,
  );
  expect(postgresOf(folder)).toEqual([]);
});

test('kills an orphan that hangs', async () => {
  const folder = usedFolder();
  const { parent, clients } = await startedParent(folder);
  await clients.write(1);
  const [hanging] = [...parent.pids.values()];
  process.kill(hanging ?? 0, 'SIGSTOP');
  process.kill(parent.pid, 'SIGKILL');
  const second = await startedParent(folder);
  expect(await readAll(second.clients)).toEqual([[1], [1], [1]]);
  expect(isAlive(hanging ?? 0)).toBe(false);
});

test('refuses a folder that a living Pelton uses', async () => {
  const folder = usedFolder();
  const { parent } = await startedParent(folder);
  const starting = startServices({ dataDir: folder });
  await expect(starting).rejects.toMatchObject({ code: 'EMBEDDED_IN_USE', facts: { folder, pid: parent.pid } });
  await expect(starting).rejects.toThrow(
    `The data folder ${folder} is in use by another Pelton, process ${parent.pid}. Stop that one first`,
  );
  expect([...parent.pids.values()].filter(isAlive)).toHaveLength(3);
});

test('lets one of two win that start at once', async () => {
  const folder = usedFolder();
  const outcomes = await Promise.allSettled([startParent(folder).ready, startParent(folder).ready]);
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  const loser = outcomes.find((outcome) => outcome.status === 'rejected');
  expect(String(loser?.reason)).toContain('EMBEDDED_IN_USE');
});

test.each(['documents', 'queue', 'warehouse'] as const)(
  'starts the %s service again under the same URL when it dies',
  async (service) => {
    const folder = usedFolder();
    const begun = performance.now();
    const { parent, clients } = await startedParent(folder);
    const startMs = performance.now() - begun;
    await clients.write(1);
    const pid = parent.pids.get(service) ?? 0;
    const killed = performance.now();
    process.kill(pid, 'SIGKILL');
    await waitFor('it is back', () =>
      clients[service]().then(
        (rows) => rows.length === 1 && parent.pids.get(service) !== pid,
        () => false,
      ),
    );
    // Without a pause: where the first start is slow, so is this one.
    expect(performance.now() - killed).toBeLessThan(Math.max(3_000, 2 * startMs));
    expect(await readAll(clients)).toEqual([[1], [1], [1]]);
    expect(
      parent.lines.some((line) => line.startsWith(`{"kind":"exit","service":"${service}","reason":"SIGKILL`)),
    ).toBe(true);
    expect(postgresOf(folder)).toHaveLength(1);
  },
);

test('starts PostgreSQL again when it dies', async () => {
  const folder = usedFolder();
  const { parent, clients } = await startedParent(folder);
  await clients.write(1);
  const [postgres = 0] = postgresOf(folder);
  process.kill(postgres, 'SIGKILL');
  await waitFor('there is another', () => postgresOf(folder).some((pid) => pid !== postgres));
  await waitFor('it answers', () => clients.queue().catch(() => undefined));
  expect(await clients.queue()).toEqual([1]);
  expect(postgresOf(folder)).toHaveLength(1);
  expect(parent.lines.some((line) => line.includes('PostgreSQL ended with SIGKILL'))).toBe(true);
});

test('gives up on a service that dies again and again', async () => {
  const folder = usedFolder();
  const exits: string[] = [];
  let pid = 0;
  const services = await startServices({
    dataDir: folder,
    ...urls,
    log: (_event, facts) => (pid = (facts as { pid: number }).pid),
    onExit: (_service, reason) => exits.push(reason),
  });
  onTestFinished(() => services.stop());
  await waitFor('it gives up', () => {
    if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    return exits.some((reason) => reason.includes('stays down'));
  });
  expect(exits.slice(0, -1).every((reason) => reason.startsWith('SIGKILL'))).toBe(true);
  expect(exits.length).toBe(7);
});
