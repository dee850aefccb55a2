import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { Analytics as Segment } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Collector, openCollector, send } from '../support/collected.js';
import { memoryMb } from '../support/processes.js';

let collector: Collector;
/** Resolves with the seconds after which a body that never ends was given up. */
let givenUp: Promise<number>;

beforeAll(async () => {
  collector = await openCollector();
  const begun = performance.now();
  const loris = await openLoris(collector.port);
  givenUp = once(loris, 'close').then(() => (performance.now() - begun) / 1_000);
});
afterAll(() => collector.close());

const track = (more: object) => ({ type: 'track', event: 'X', userId: 'hostile', ...more });
const batch = (...calls: unknown[]) => JSON.stringify({ batch: calls });
const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 1]));
const withProperties = (json: string) => `{"batch":[{"type":"track","event":"X","userId":"u","properties":${json}}]}`;

/** What it is, what is sent, and how it has to be refused. */
const HOSTILE: [string, () => string | Uint8Array, number, Record<string, string>?][] = [
  ['a body of 10 MB', () => 'x'.repeat(10_000_000), 413],
  ['a batch of 900 KB', () => batch(track({ properties: { text: 'x'.repeat(900_000) } })), 413],
  ['a gzip bomb', () => gzipSync(Buffer.alloc(200_000_000, 0x20)), 413],
  ['a gzip that breaks off', () => gzipSync(batch(track({}))).subarray(0, 40), 400],
  ['a compression that is not known', () => batch(track({})), 400, { 'content-encoding': 'zstd' }],
  ['1,001 events', () => batch(...Array.from({ length: 1001 }, () => track({}))), 413],
  ['an event of 33 KB', () => batch(track({ properties: { text: 'x'.repeat(33_000) } })), 400],
  ['40,000 keys', () => batch(track({ properties: keys(40_000) })), 400],
  ['a depth of 1,000', () => withProperties(nested(1_000)), 400],
  ['a depth of 60,000', () => withProperties(nested(60_000)), 400],
  ['brackets without end', () => '['.repeat(400_000), 400],
  ['bytes that are no text', () => new Uint8Array([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]), 400],
  ['no JSON', () => 'DROP TABLE events', 400],
  ['a clock of the year 10', () => batch(track({ timestamp: '0010-01-01T00:00:00Z' })), 400],
  ['a list for a batch', () => '{"batch":{"length":1000000}}', 400],
];

describe('hostile bodies', () => {
  test.each(HOSTILE)('%s', async (_what, body, status, headers) => {
    const response = await send(collector, '/v1/batch', body(), headers);
    const answer = (await response.json()) as { code: string; message: string };
    expect([response.status, answer.message.length > 20]).toEqual([status, true]);
  });

  test('a clock that lies within reason is corrected, and one in the future is now', async () => {
    const before = Date.now();
    const far = { ...track({ messageId: 'future', userId: 'clock' }), timestamp: '2099-01-01T00:00:00Z' };
    expect((await send(collector, '/v1/batch', batch(far))).status).toBe(200);
    const [event] = await collector.eventsOf('clock', 1);
    expect(Date.parse(event?.timestamp ?? '')).toBeGreaterThanOrEqual(before);
    expect(Date.parse(event?.timestamp ?? '')).toBeLessThanOrEqual(Date.now());
  });

  test('keys that name an object’s inside, paths that meet and halves of letters are stored as data', async () => {
    const raw = `{"__proto__":{"x":1},"constructor":2,"a.b":1,"a":{"b":2},"":3,"half":"\\ud800","big":99999999999999999999}`;
    const body = `{"batch":[{"type":"track","event":"Odd","userId":"odd","properties":${raw}}]}`;
    expect(await (await send(collector, '/v1/batch', body)).json()).toMatchObject({ accepted: 1, rejected: [] });
    await collector.eventsOf('odd', 1);
  });
});

test('too many events of one key are told to wait, and those of another key are not', async () => {
  const slow = await openCollector({ PELTON_EVENTS_PER_SECOND: '10' });
  try {
    const twenty = batch(...Array.from({ length: 20 }, () => track({})));
    expect((await send(slow, '/v1/batch', twenty)).status).toBe(200);
    const refused = await send(slow, '/v1/batch', twenty);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const { secret } = await slow.api.post<{ secret: string }>('/api/keys', { title: 'Other', scopes: ['write'] });
    expect((await send({ ...slow, key: secret }, '/v1/batch', twenty)).status).toBe(200);

    // A published client hears it: what was refused comes again, and none of it is missing.
    const problems: unknown[] = [];
    const segment = new Segment({ writeKey: slow.key, host: slow.url, flushAt: 20 });
    segment.on('error', (problem) => problems.push(problem));
    for (let n = 0; n < 60; n += 1) segment.track({ userId: 'patient', event: 'X', properties: { n } });
    await segment.closeAndFlush({ timeout: 60_000 });
    expect(problems).toEqual([]);
    const numbers = (await slow.eventsOf('patient', 60)).map(({ properties }) => Number(properties.n));
    expect(numbers.sort((a, b) => a - b)).toEqual(Array.from({ length: 60 }, (_, n) => n));
  } finally {
    await slow.close();
  }
});

// Tried again when the machine had something else to do just then.
test('normal traffic goes on beside them, within twice the time and 100 MB more memory', { retry: 2 }, async () => {
  // Made before: this process measures too, and must not be busy with making them.
  const bodies = HOSTILE.map(([, body, , headers]) => ({ body: Buffer.from(body()), headers }));
  const [calm, attacked, memory]: [number[], number[], number[]] = [[], [], []];
  calm.push(...(await normalTraffic()));
  const before = memoryMb(collector.pelton.pid);
  // By turns, so that whatever else the machine does weighs on both sides alike.
  for (let round = 0; round < ROUNDS; round += 1) {
    calm.push(...(await normalTraffic()));
    const ending = new AbortController();
    const attack = attackUntil(ending.signal, bodies, () => memory.push(memoryMb(collector.pelton.pid)));
    attacked.push(...(await normalTraffic()));
    ending.abort();
    await attack;
  }
  // Below 60 ms a difference is the machine's, not theirs.
  expect(p95(attacked)).toBeLessThanOrEqual(Math.max(60, p95(calm) * 2));
  expect(Math.max(...memory) - before).toBeLessThanOrEqual(100);
});

test('who looks for the answer only when all is sent finds it, also of a body that is too long', async () => {
  const socket = connect(collector.port, '127.0.0.1');
  await once(socket, 'connect');
  const body = Buffer.alloc(20_000_000, 'x');
  socket.pause();
  socket.write(`POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`);
  await new Promise<void>((resolve, reject) => socket.write(body, (error) => (error ? reject(error) : resolve())));
  const [answer] = (await once(socket.setEncoding('utf8').resume(), 'data')) as [string];
  expect(answer).toMatch(/^HTTP\/1.1 413 /);
  socket.destroy();
});

test('a body that never ends is given up after 15 seconds', async () => {
  expect(Math.round(await givenUp)).toBeGreaterThanOrEqual(15);
  expect(await givenUp).toBeLessThan(25);
});

const ROUNDS = 6;
const ROUND_MS = 1_500;

/** @returns milliseconds that normal single events wait, one after the other */
async function normalTraffic(): Promise<number[]> {
  const waits: number[] = [];
  for (const end = performance.now() + ROUND_MS; performance.now() < end;) {
    const started = performance.now();
    const response = await send(collector, '/v1/track', { event: 'Normal', userId: 'n' });
    await response.text();
    waits.push(performance.now() - started);
    await pause(20);
  }
  return waits;
}

/** Fifty connections that never end their request, and the hostile bodies one after the other. */
async function attackUntil(
  ending: AbortSignal,
  bodies: { body: Uint8Array; headers: Record<string, string> | undefined }[],
  look: () => unknown,
): Promise<void> {
  const lorises = await Promise.all(Array.from({ length: 50 }, () => openLoris(collector.port)));
  for (let number = 0; !ending.aborted; number += 1) {
    const { body, headers } = bodies[number % bodies.length] ?? { body: '' };
    // A body may be refused, and the connection closed, while it is still being sent; the tests above hold the answers.
    await send(collector, '/v1/batch', body, headers).then(
      (response) => response.text(),
      () => undefined,
    );
    look();
    await pause(100);
  }
  for (const loris of lorises) loris.destroy();
}

function p95(waits: number[]): number {
  return waits.sort((a, b) => a - b)[Math.floor(waits.length * 0.95)] ?? Number.NaN;
}

/** A connection that begins a request and never ends it. */
async function openLoris(port: number) {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write('POST /v1/batch HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{');
  return socket;
}
