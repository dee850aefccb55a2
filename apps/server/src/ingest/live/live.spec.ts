import { expect, test } from 'vitest';
import { type ArrivedBatch, type ArrivedCall, ArrivedCalls } from './arrived-calls.js';
import { asSent } from './as-sent.js';
import { matches, toSeen } from './seen-call.js';

const call = (change: Partial<ArrivedCall> = {}): ArrivedCall => ({
  receivedAt: 1_000,
  keyId: 'key',
  address: 'POST /v1/track',
  source: 'segment',
  sent: { event: 'Order Completed', userId: 'u1' },
  line: '{"event":"Order Completed","user_id":"u1","anonymous_id":"","timestamp":"1970-01-01T00:00:00.000Z","sender_clock":0}',
  refused: undefined,
  ...change,
});

const batch = (count: number, change: Partial<ArrivedBatch> = {}): ArrivedBatch => ({
  ...{ count, receivedAt: 1_000, bytes: 100 * count },
  calls: () => Array.from({ length: count }, () => call()),
  ...change,
});

test('the latest thousand calls are kept, for minutes, each project for itself', () => {
  const calls = new ArrivedCalls();
  for (let second = 1; second <= 3; second += 1) calls.add('a', batch(400, { receivedAt: second * 1_000 }));
  calls.add('b', batch(1));
  const found = calls.after('a', 0, 1_000).map(({ id }) => id);
  expect([found.length, found[0], found.at(-1)]).toEqual([1_000, 201, 1_200]);
  expect(calls.after('a', 1_198, 1_000).map(({ id }) => id)).toEqual([1_199, 1_200]);
  expect(calls.after('b', 0, 1_000)).toHaveLength(1);
  expect(calls.after('a', 0, 16 * 60_000)).toEqual([]);
});

test('of what came within a second, a few hundred are enough', () => {
  const calls = new ArrivedCalls();
  for (let number = 0; number < 10; number += 1) calls.add('a', batch(100));
  expect(calls.after('a', 0, 1_000).map(({ id }) => id)[0]).toBe(801);
});

test('what is looked at no more is let go', () => {
  const calls = new ArrivedCalls();
  calls.add('a', batch(400, { calls: () => expect.fail('nobody asked for it') }));
  calls.add('a', batch(1_000));
  expect(calls.after('a', 0, 1_000)).toHaveLength(1_000);
});

test('large calls push out those before them', () => {
  const calls = new ArrivedCalls();
  calls.add('a', batch(1));
  calls.add('a', batch(1, { bytes: 3_999_950 }));
  expect(calls.after('a', 0, 1_000).map(({ id }) => id)).toEqual([2]);
});

test('keys and what is named like a secret are covered', () => {
  const key = `pk_${'a'.repeat(43)}`;
  const sent = asSent({ writeKey: 'k', event: `with ${key}`, properties: { token: 't', password: 'p', total: 5 } });
  expect(JSON.parse(sent)).toEqual({
    writeKey: '•••',
    event: 'with •••',
    properties: { token: '•••', password: '•••', total: 5 },
  });
});

test('a call is found by its name, its user, its source and what became of it', () => {
  const seen = toSeen({ ...call(), id: 1 });
  const any = { event: '', user: '', source: '', key: '', state: 'all' } as const;
  expect(seen).toMatchObject({ event: 'Order Completed', userId: 'u1', timestamp: '1970-01-01T00:00:00.000Z' });
  expect(seen.stored).not.toContain('sender_clock');
  expect(matches(seen, { ...any, event: 'order', user: 'u1', source: 'segment', key: 'key' })).toBe(true);
  expect(matches(seen, { ...any, user: 'u2' })).toBe(false);
  expect(matches(seen, { ...any, state: 'refused' })).toBe(false);
  const refused = toSeen({ ...call({ line: undefined, refused: { code: 'INVALID', reason: 'no' } }), id: 2 });
  expect(refused).toMatchObject({ stored: null, timestamp: null, event: 'Order Completed', userId: 'u1' });
  expect(matches(refused, { ...any, state: 'refused' })).toBe(true);
});
