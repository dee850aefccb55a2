import { createClient } from '@clickhouse/client';
import { sql } from '@pelton/sdk';
import type { WarehouseClient } from '@pelton/warehouse';
import { Agent, request } from 'node:http';
import { waitFor } from '../support/wait-for.js';
import { type Figures, measure, median, round } from './figures.js';
import { serverPeakMb } from './server-memory.js';
import { openWorkbench } from './workbench.js';

const CONNECTIONS = 16;
const BATCH = 100;
const BATCHES = 400;
const SINGLES = 6_000;
const SINGLE_CONNECTIONS = 64;
const BARE_BATCH = 10_000;
const MOST_MB = 400;

/** What 16 senders get stored in batches of 100, against the bare client inserting the same rows; then single events, and how long half of that load waits. */
export async function ingest(): Promise<Figures> {
  const { api, warehouse, clickhouseUrl, database, close } = await openWorkbench();
  try {
    const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'Bench', scopes: ['write'] });
    const send = sender(api.url, secret);
    await inParallel(4, 40, (number) => send('/v1/batch', { batch: eventsOf(1_000_000 + number) }));

    const ratesPerSecond: number[] = [];
    const barePerSecond: number[] = [];
    const visibleMs: number[] = [];
    for (const round of [0, 1, 2]) {
      barePerSecond.push(await bareInsert(clickhouseUrl, database, round));
      const batches = Array.from({ length: BATCHES }, (_, number) => ({ batch: eventsOf(round * BATCHES + number) }));
      const ms = await inParallel(CONNECTIONS, BATCHES, (number) => send('/v1/batch', batches[number - 1] ?? {}));
      ratesPerSecond.push((BATCHES * BATCH * 1000) / ms);
      // Before anything else is measured, because what waits in the spool is work that is still to be done.
      visibleMs.push(await measure(() => untilStored(warehouse, (round + 1) * BATCHES * BATCH)));
    }
    const singleMs = await inParallel(SINGLE_CONNECTIONS, SINGLES, (number) =>
      send('/v1/track', { ...eventsOf(2_000_000)[0], messageId: `single-${number}` }),
    );
    const ours = median(ratesPerSecond);
    const p99Ms = await waitAtHalfLoad(ours / 2 / BATCH, send);
    const baseline = median(barePerSecond);
    const memoryMb = serverPeakMb();
    const singles = (SINGLES * 1000) / singleMs;
    return {
      unit: 'events/s',
      ours: round(ours, 0),
      baseline: round(baseline, 0),
      ratio: round(ours / baseline),
      singleRequestsPerSecond: round(singles, 0),
      p99MsAtHalfLoad: round(p99Ms, 0),
      memoryMb,
      visibleAfterMs: round(median(visibleMs), 0),
      bar: `>= 15,000/s and >= 0.35 of a bare insert; singles >= 1,500/s; p99 <= 250 ms at half load; memory <= ${MOST_MB} MB`,
      met: ours >= 15_000 && ours / baseline >= 0.35 && singles >= 1_500 && p99Ms <= 250 && memoryMb <= MOST_MB,
    };
  } finally {
    await close();
  }
}

/** Waits until so many of the events of the rounds are in the warehouse; twice is not more. */
async function untilStored(warehouse: WarehouseClient, count: number): Promise<void> {
  const query = sql`SELECT uniqExact(message_id) AS stored FROM events WHERE match(message_id, '^bench-[0-9]{1,4}-')`;
  await waitFor(
    async () => {
      const { stored } = await warehouse.row<{ stored: number }>(query);
      if (stored > count) throw new Error(`${stored} events are stored, of ${count}`);
      return stored === count;
    },
    { what: 'all events to be stored' },
  );
}

function eventsOf(batch: number) {
  const timestamp = new Date().toISOString();
  return Array.from({ length: BATCH }, (_, index) => ({
    type: 'track',
    event: `Event ${index % 20}`,
    messageId: `bench-${batch}-${index}`,
    userId: `user-${(batch * 7 + index) % 10_000}`,
    timestamp,
    properties: { price: index / 4, currency: 'EUR', product: `sku-${index}`, quantity: index % 5, coupon: null },
    context: { library: { name: 'bench', version: '1' }, page: { path: `/p/${index}`, title: 'A page' } },
  }));
}

/** @returns rows a second */
async function bareInsert(url: string, database: string, round: number): Promise<number> {
  const client = createClient({ url, database, clickhouse_settings: { date_time_input_format: 'best_effort' } });
  try {
    await client.command({ query: 'CREATE TABLE IF NOT EXISTS bare AS events' });
    const rows = Array.from({ length: BATCHES }, (_, batch) => eventsOf(round * BATCHES + batch)).flatMap((events) =>
      events.map(({ messageId, userId, ...event }) => ({
        ...event,
        message_id: messageId,
        user_id: userId,
        anonymous_id: '',
        received_at: event.timestamp,
        source: 'bench',
      })),
    );
    const started = performance.now();
    for (let at = 0; at < rows.length; at += BARE_BATCH)
      await client.insert({ table: 'bare', values: rows.slice(at, at + BARE_BATCH), format: 'JSONEachRow' });
    return (rows.length * 1000) / (performance.now() - started);
  } finally {
    await client.close();
  }
}

type Send = (path: string, body: object) => Promise<void>;

function sender(url: string, key: string): Send {
  const { hostname, port } = new URL(url);
  const agent = new Agent({ keepAlive: true, maxSockets: SINGLE_CONNECTIONS });
  const headers = { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' };
  return (path, body) =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const options = { agent, hostname, port, path, method: 'POST' };
      request({ ...options, headers: { ...headers, 'content-length': Buffer.byteLength(text) } }, (response) => {
        response.resume().once('end', () => {
          if (response.statusCode === 200) resolve();
          else reject(new Error(`The server answered ${response.statusCode}`));
        });
      })
        .once('error', reject)
        .end(text);
    });
}

/** Does all of the work, so many at once. @returns milliseconds */
async function inParallel(atOnce: number, count: number, work: (number: number) => Promise<void>): Promise<number> {
  const started = performance.now();
  let next = 0;
  const worker = async () => {
    while (next < count) await work((next += 1));
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return performance.now() - started;
}

/** @returns the 99th percentile of how long a batch waits, in milliseconds, when they come at a steady rate for five seconds */
async function waitAtHalfLoad(batchesPerSecond: number, send: Send): Promise<number> {
  const waits: number[] = [];
  const open: Promise<void>[] = [];
  const count = Math.round(batchesPerSecond * 5);
  const started = performance.now();
  for (let number = 0; number < count; number += 1) {
    const due = started + (number * 1000) / batchesPerSecond;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    open.push(
      send('/v1/batch', { batch: eventsOf(3_000_000 + number) }).then(() => {
        waits.push(performance.now() - due);
      }),
    );
  }
  await Promise.all(open);
  return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.99)] ?? Number.NaN;
}
