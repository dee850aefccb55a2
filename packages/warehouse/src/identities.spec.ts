import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@pelton/embedded';
import { sql } from '@pelton/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openWarehouse, type ProjectWarehouse, refreshIdentities, type Warehouse } from './index.js';

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
beforeEach(() => project.admin.run(sql`TRUNCATE TABLE identity_claims`));
afterAll(async () => {
  await warehouse.close();
  await services.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

let said = 0;
/** Says that an anonymous visitor, or with `alias` another id, is a user; each call a minute after the one before. */
async function say(identifier: string, user: string, type: 'identify' | 'alias' = 'identify') {
  said += 1;
  const at = new Date(Date.UTC(2026, 0, 1, 0, said)).toISOString();
  const claim = { identifier: identifier || user, user_id: user, first_at: at, last_at: at, said_by: type };
  await project.admin.insert('identity_claims', [claim]);
}

const people = async () => {
  await refreshIdentities(project);
  const rows = await project.admin.rows<{ identifier: string; user_id: string }>(
    sql`SELECT identifier, user_id FROM identities ORDER BY identifier`,
  );
  return Object.fromEntries(rows.map((row) => [row.identifier, row.user_id]));
};
const log = async () => {
  const rows = await project.admin.rows<{ identifier: string; user_id: string; state: string }>(
    sql`SELECT identifier, user_id, state FROM identity_log ORDER BY first_at`,
  );
  return rows.map(({ identifier, user_id, state }) => `${identifier} → ${user_id}: ${state}`);
};

test('an anonymous visitor who signs in is that user, however often it is said', async () => {
  await say('visitor-1', 'ann');
  await say('visitor-1', 'ann');
  await say('visitor-2', 'ann');
  expect(await people()).toEqual({ 'visitor-1': 'ann', 'visitor-2': 'ann' });
  expect(await log()).toEqual(['visitor-1 → ann: joined', 'visitor-2 → ann: joined']);
});

test('a device that two people share stays with the first', async () => {
  await say('kiosk', 'ann');
  await say('kiosk', 'bob');
  expect(await people()).toEqual({ kiosk: 'ann' });
  expect(await log()).toEqual(['kiosk → ann: joined', 'kiosk → bob: taken']);
});

test('an id that stands for nobody joins nobody', async () => {
  for (const junk of ['null', 'Undefined', ' guest ', '[object Object]', '00000000-0000-0000-0000-000000000000'])
    await say(junk, 'ann');
  await say('visitor-1', 'anonymous');
  expect(await people()).toEqual({});
  expect(new Set((await log()).map((line) => line.split(': ')[1]))).toEqual(new Set(['junk']));
});

test('a known person is not swallowed by another, neither by an alias nor by a shared device', async () => {
  await say('', 'ann');
  await say('ann', 'bob', 'alias');
  await say('ann', 'carl');
  expect(await people()).toEqual({});
  expect(await log()).toEqual(['ann → bob: known', 'ann → carl: known']);
});

test('an alias makes an older id that user, and who was the older id is followed', async () => {
  await say('lead-7', 'ann', 'alias');
  await say('visitor-1', 'lead-7');
  expect(await people()).toEqual({ 'lead-7': 'ann', 'visitor-1': 'ann' });
});

test('what a member parts stays parted until a member joins it again', async () => {
  await say('visitor-1', 'ann');
  const split = (isSplit: number, minute: number) =>
    project.admin.insert('identity_splits', [
      { identifier: 'visitor-1', user_id: 'ann', is_split: isSplit, at: new Date(Date.UTC(2026, 1, 1, 0, minute)) },
    ]);
  await split(1, 1);
  await say('visitor-1', 'ann');
  expect(await people()).toEqual({});
  await split(0, 2);
  expect(await people()).toEqual({ 'visitor-1': 'ann' });
});

test('a user with a hundred visitors gets no more', async () => {
  const first_at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString();
  await project.admin.insert(
    'identity_claims',
    Array.from({ length: 105 }, (_, index) => ({
      identifier: `visitor-${index}`,
      user_id: 'test@example.org',
      first_at: first_at(index),
      last_at: first_at(index),
      said_by: 'identify',
    })),
  );
  expect(Object.keys(await people())).toHaveLength(100);
  expect((await log()).filter((line) => line.endsWith('too-many'))).toHaveLength(5);
});
