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
  rmSync(folder, { recursive: true, force: true });
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

/** A group call as it is stored. */
const group = (message_id: string, minute: number, who: object, properties: object) => ({
  message_id,
  type: 'group',
  event: 'Group Joined',
  user_id: '',
  anonymous_id: '',
  ...who,
  timestamp: at(minute),
  received_at: at(minute),
  properties,
  context: {},
  source: 'test',
});

test('group calls make groups with their traits and members', async () => {
  await project.admin.insert('events', [
    group('g1', 0, { user_id: 'ann' }, { group_id: 'acme', plan: 'free', seats: 5, billing: { city: 'Lyon' } }),
    group('g2', 5, { anonymous_id: 'v1' }, { group_id: 'acme', plan: 'pro' }),
    group('g3', 6, { user_id: '$company_blue' }, { group_id: 'blue', group_type: 'company', name: 'Blue' }),
    { ...group('t1', 6, { user_id: 'ann' }, { group_id: 'not a group call' }), type: 'track' },
  ]);
  await project.admin.insert('events', [group('g1', 30, { user_id: 'ann' }, { group_id: 'acme', plan: 'free' })]);
  const members = sql`SELECT type, item_id, identifier, at FROM memberships FINAL ORDER BY at`;
  expect(await project.admin.rows(members)).toEqual([
    { type: 'group', item_id: 'acme', identifier: 'ann', at: at(0) },
    { type: 'group', item_id: 'acme', identifier: 'v1', at: at(5) },
  ]);
  const traits = sql`SELECT type, item_id, property, argMax(value, updated_at) AS value FROM item_properties FINAL GROUP BY type, item_id, property ORDER BY type, property`;
  expect(await project.admin.rows(traits)).toEqual([
    { type: 'company', item_id: 'blue', property: 'name', value: 'Blue' },
    { type: 'group', item_id: 'acme', property: 'billing', value: '{"city":"Lyon"}' },
    { type: 'group', item_id: 'acme', property: 'plan', value: 'pro' },
    { type: 'group', item_id: 'acme', property: 'seats', value: '5' },
  ]);
});
