import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Project } from '@pelton/contract';
import { type Services, startServices } from '@pelton/embedded';
import { bind, sql } from '@pelton/sdk';
import { openWarehouse, type Warehouse, type WarehouseClient } from '@pelton/warehouse';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { send } from '../support/collected.js';
import { startFlow } from '../support/flow.js';
import { openWire, type Wire } from '../support/outage.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { waitFor } from '../support/wait-for.js';

const OUTAGE_MS = 30_000;
const SPOOL_MB = 16;

let services: Services;
let dataDir: string;
let warehousePid = 0;
let wire: Wire;
let pelton: Pelton;
let key: string;
let warehouse: Warehouse;
let admin: WarehouseClient;
const env: Record<string, string> = { PELTON_SPOOL_MB: String(SPOOL_MB) };

beforeAll(async () => {
  dataDir = newDataDir();
  services = await startServices({
    dataDir,
    log: (_event, facts) => {
      if ('service' in facts && facts.service === 'warehouse' && 'pid' in facts) warehousePid = Number(facts.pid);
    },
  });
  wire = await openWire(Number(new URL(services.clickhouseUrl).port));
  Object.assign(env, {
    PELTON_MONGODB_URL: services.mongodbUrl,
    PELTON_QUEUE_URL: services.queueUrl,
    PELTON_CLICKHOUSE_URL: wire.url(services.clickhouseUrl.replace(/\/$/, '')),
  });
  pelton = await startPelton({ env });
  const api = await Api.signIn(pelton.url);
  const [project] = await api.get<Project[]>('/api/projects');
  key = (await api.post<{ secret: string }>('/api/keys', { title: 'Flow', scopes: ['write'] })).secret;
  warehouse = openWarehouse({ url: services.clickhouseUrl });
  ({ admin } = await warehouse.project(project?.id ?? ''));
});
afterAll(async () => {
  await pelton.stop();
  wire.close();
  await warehouse.close();
  await services.stop();
  removeDataDir(dataDir);
  removeDataDir(pelton.dataDir);
});

const spooled = () => readdirSync(join(pelton.dataDir, 'spool'));
const stemOf = (file: string) => file.replace(/\.(part|log)$/, '');
/** What the spool has on the disk; a file may go while it is looked at. */
const spooledMb = () =>
  spooled()
    .map((file) => statSync(join(pelton.dataDir, 'spool', file), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, bytes) => sum + bytes, 0) /
  (1024 * 1024);
const drained = () =>
  waitFor(async () => (spooled().length === 0 ? true : undefined), { what: 'the spool to be drained', mostMs: 30_000 });
const idsLike = (pattern: string) =>
  admin.rows<{ id: string }>(
    sql`SELECT message_id AS id FROM events FINAL WHERE message_id LIKE ${bind('String', pattern)}`,
  );

describe('ClickHouse killed while events flow', () => {
  test('no false 200: what was acknowledged meanwhile waits on the disk and is stored afterwards, once', async () => {
    const flow = startFlow({ url: pelton.url, key }, { perSecond: 500, batch: 25 });
    await waitFor(async () => (flow.acknowledged.size > 300 ? true : undefined));
    wire.cut();
    process.kill(warehousePid, 'SIGKILL');
    const before = flow.acknowledged.size;
    await pause(OUTAGE_MS);
    const during = flow.acknowledged.size - before;
    expect(spooledMb()).toBeGreaterThan(0);
    expect(spooledMb()).toBeLessThanOrEqual(SPOOL_MB);
    const kept = spooled().map(stemOf);
    wire.mend();
    const mendedAt = performance.now();
    // A file goes when all of it is stored; those that came meanwhile are others.
    await waitFor(async () => !spooled().some((file) => kept.includes(stemOf(file))), { what: 'what was kept to go' });
    const drainedPerSecond = (during * 1_000) / (performance.now() - mendedAt);
    expect(drainedPerSecond).toBeGreaterThanOrEqual(2 * ((during * 1_000) / OUTAGE_MS));
    await flow.end();
    await drained();
    const found = await idsLike('flow-%');
    expect(during).toBeGreaterThan((OUTAGE_MS / 1000) * 400);
    expect(new Set(found.map(({ id }) => id))).toEqual(flow.acknowledged);
    expect(found.length).toBe(flow.acknowledged.size);
  });

  test('a kill -9 of Pelton during the outage loses nothing of it', async () => {
    wire.cut();
    const batch = Array.from({ length: 100 }, (_, index) => ({
      type: 'track',
      event: 'Kept',
      messageId: `kept-${index}`,
      userId: 'u',
    }));
    expect((await send({ url: pelton.url, key }, '/v1/batch', { batch })).status).toBe(200);
    await pelton.kill();
    wire.mend();
    pelton = await startPelton({ dataDir: pelton.dataDir, env });
    await drained();
    expect((await idsLike('kept-%')).length).toBe(100);
  });

  test('past the bound of the spool it says 503, and what it took before is stored', async () => {
    wire.cut();
    const properties = { text: 'x'.repeat(4_000) };
    let accepted = 0;
    let status = 200;
    let retryAfter = 0;
    for (let number = 0; status === 200 && number < 80; number += 1) {
      const batch = Array.from({ length: 100 }, (_, index) => ({
        type: 'track',
        event: 'Full',
        messageId: `full-${number}-${index}`,
        userId: 'u',
        properties,
      }));
      const response = await send({ url: pelton.url, key }, '/v1/batch', { batch });
      ({ status } = response);
      if (status === 200) accepted += 100;
      retryAfter = Number(response.headers.get('retry-after'));
    }
    expect(status).toBe(503);
    expect(retryAfter).toBeGreaterThan(0);
    expect(spooledMb()).toBeLessThanOrEqual(SPOOL_MB);
    // A batch of these has half a megabyte; the bound was reached, not only neared.
    expect(spooledMb()).toBeGreaterThan(SPOOL_MB - 1);
    wire.mend();
    await drained();
    expect((await idsLike('full-%')).length).toBe(accepted);
    await waitFor(async () => {
      const again = await send({ url: pelton.url, key }, '/v1/track', { event: 'Full', userId: 'u' });
      return again.status === 200 ? true : undefined;
    });
  });
});

test('100,000 events, replayed three times out of order over two days, count once each', async () => {
  // At the end of a month, by a clock that is off: each delivery computes another time, many of them in another month.
  const month = Date.parse('2026-04-01T00:00:00.000Z');
  const batches = Array.from({ length: 100 }, (_, batch) =>
    Array.from({ length: 1000 }, (_, index) => ({
      type: 'track',
      event: 'Replayed',
      messageId: `replay-${batch}-${index}`,
      userId: `u${index % 97}`,
      timestamp: new Date(month - 500_000 + (batch * 1000 + index) * 10).toISOString(),
      properties: { amount: 1 },
    })),
  );
  const order = [0, 1, 2].flatMap((round) => batches.map((batch, index) => ({ batch, round, index })));
  // A fixed shuffle: 7 and 300 have no common divisor.
  const shuffled = order.map((_, place) => order[(place * 7) % order.length]);
  const deliver = async (share: number) => {
    for (const [place, item] of shuffled.entries()) {
      if (!item || place % 3 !== share) continue;
      const sentAt = new Date(Date.now() - item.round * 86_400_000).toISOString();
      const response = await send({ url: pelton.url, key }, '/v1/batch', { batch: item.batch, sentAt });
      expect(response.status).toBe(200);
    }
  };
  await Promise.all([deliver(0), deliver(1), deliver(2)]);
  await drained();
  const totals = sql`SELECT count() AS events, uniqExact(message_id) AS messages, sum(properties.amount::Int64) AS amount FROM events FINAL WHERE event = 'Replayed'`;
  expect(await admin.row(totals)).toEqual({ events: 100_000, messages: 100_000, amount: 100_000 });
  const months = sql`SELECT countIf(timestamp < toDateTime64('2026-04-01', 3, 'UTC')) + countIf(timestamp >= toDateTime64('2026-04-01', 3, 'UTC')) AS events FROM events FINAL WHERE event = 'Replayed'`;
  expect(await admin.row(months)).toEqual({ events: 100_000 });
});
