import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from '@pelton/sdk';
import type { PinoLogger } from 'nestjs-pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Config } from '../config.js';
import type { WarehouseService } from '../infra/warehouse.service.js';
import { openTestProject, type TestProject } from '../steps/testing/test-project.js';
import { DurableStore } from './durable-store.service.js';
import { type Line, noRows } from './group-commit.js';
import { Spool } from './spool.js';
import { toRecord } from './spooled-rows.js';

let opened: TestProject;
beforeAll(async () => {
  opened = await openTestProject();
});
afterAll(() => opened.close());

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelton-store-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function openStore(): DurableStore {
  const warehouse = { project: () => Promise.resolve(opened.project), ping: () => Promise.resolve() };
  const logger = { warn() {}, info() {}, error() {} };
  return new DurableStore(
    warehouse as unknown as WarehouseService, // asked for no more than this
    logger as unknown as PinoLogger,
    { dataDir: folder, spoolMb: 1, port: 1 } as Config,
  );
}

function eventOf(id: string, timestamp = '2026-01-01T00:00:00Z'): Line {
  const common = { message_id: id, type: 'identify', event: 'Identified', user_id: id, anonymous_id: '' };
  return {
    line: JSON.stringify({
      ...common,
      timestamp,
      received_at: new Date().toISOString(),
      source: 'test',
      sender_clock: 0,
    }),
  };
}

async function storedIn(table: string): Promise<unknown[]> {
  const rows = await opened.project.admin.rows<{ user_id: string }>(
    sql`SELECT user_id FROM ${{ parts: [table] }} ORDER BY user_id`,
  );
  return rows.map(({ user_id }) => user_id);
}

test('an event that the warehouse refuses is marked, and what it says of its user is not stored', async () => {
  const [good, bad] = [eventOf('good'), eventOf('bad', 'no time')];
  const traitOf = (of: Line, userId: string): Line => ({
    line: JSON.stringify({
      ...{ user_id: userId, trait: 'plan', value: 'pro' },
      ...{ updated_at: '2026-01-01T00:00:00Z', change_id: userId },
    }),
    of,
  });
  const user_traits = [traitOf(good, 'good'), traitOf(bad, 'bad')];
  await openStore().add('p', { ...noRows(), events: [good, bad], user_traits });
  expect(await storedIn('events')).toEqual(['good']);
  expect(await storedIn('user_traits')).toEqual(['good']);
  expect(bad.refused).toContain('timestamp');
});

test('when more comes than the warehouse stores, the rest waits in the spool, and all of it gets there', async () => {
  const store = openStore();
  store.onApplicationBootstrap();
  const ids: string[] = [];
  const isSpooling = () => readdirSync(join(folder, 'spool')).length > 0;
  const sender = async (name: string) => {
    for (let number = 0; !isSpooling(); number += 1) {
      const id = `${name}-${number}`;
      await store.add('p', { ...noRows(), events: [eventOf(id)] });
      ids.push(id);
    }
  };
  await Promise.all(Array.from({ length: 16 }, (_, number) => sender(`busy-${number}`)));
  await expect.poll(isSpooling).toBe(false);
  expect(await storedIn('events')).toEqual(expect.arrayContaining(ids));
  await store.onApplicationShutdown();
});

test('what the warehouse refuses after its sender was answered is kept as a reject that can be sent again', async () => {
  const spool = new Spool(join(folder, 'spool'), 1_000_000, '1');
  const events = [eventOf('late-good'), eventOf('late-bad', 'no time')];
  await spool.append(toRecord('p', { ...noRows(), events }));
  await spool.close();
  const store = openStore();
  store.onApplicationBootstrap();
  await expect.poll(() => storedIn('events')).toContain('late-good');
  const rejects = () =>
    opened.project.admin.rows<{ code: string; body: string }>(
      sql`SELECT code, body FROM rejects WHERE message_id = 'late-bad'`,
    );
  await expect.poll(rejects).toHaveLength(1);
  const [reject] = await rejects();
  expect(reject?.code).toBe('REFUSED');
  expect(JSON.parse(reject?.body ?? '')).toMatchObject({ type: 'identify', userId: 'late-bad', messageId: 'late-bad' });
  await store.onApplicationShutdown();
});

test('what the warehouse refuses late is one reject, though the same file is drained again after a crash', async () => {
  const twice = eventOf('refused-twice', 'no time');
  for (const _drain of [1, 2]) {
    const spool = new Spool(join(folder, 'spool'), 1_000_000, '1');
    await spool.append(toRecord('p', { ...noRows(), events: [twice, eventOf('beside')] }));
    await spool.close();
    const store = openStore();
    store.onApplicationBootstrap();
    await expect.poll(() => readdirSync(join(folder, 'spool'))).toEqual([]);
    await store.onApplicationShutdown();
  }
  const rejects = await opened.project.admin.rows<{ reject_id: string }>(
    sql`SELECT DISTINCT reject_id FROM rejects WHERE message_id = 'refused-twice'`,
  );
  expect(rejects).toHaveLength(1);
});

test('a spool that an older version left, which knew fewer tables, is drained', async () => {
  const older = new Spool(join(folder, 'spool'), 1_000_000, '1');
  await older.append(Buffer.from(JSON.stringify({ projectId: 'p', lines: { events: [eventOf('old').line] } })));
  await older.close();
  const store = openStore();
  store.onApplicationBootstrap();
  await expect.poll(() => storedIn('events')).toContain('old');
  await store.onApplicationShutdown();
});
