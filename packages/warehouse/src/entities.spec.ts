import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Services, startServices } from '@pelton/embedded';
import { sql } from '@pelton/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWarehouse, type ProjectWarehouse, type Warehouse } from './index.js';

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

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute)).toISOString();

test('a copy of a change that comes late does not overwrite what was said in between', async () => {
  const plan = (value: string, minute: number, change_id: string) => ({
    user_id: 'ann',
    trait: 'plan',
    value,
    updated_at: at(minute),
    change_id,
  });
  for (const change of [plan('free', 0, 'm1'), plan('pro', 5, 'm2'), plan('free', 10, 'm1')])
    await project.admin.insert('user_traits', [change]);
  expect(await project.admin.rows(sql`SELECT traits FROM users WHERE user_id = 'ann'`)).toEqual([
    { traits: { plan: 'pro' } },
  ]);
  const history = sql`SELECT value, updated_at FROM user_traits FINAL WHERE user_id = 'ann' ORDER BY updated_at`;
  expect(await project.admin.rows(history)).toEqual([
    { value: 'free', updated_at: at(0) },
    { value: 'pro', updated_at: at(5) },
  ]);
});
