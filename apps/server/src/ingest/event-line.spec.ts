import { LIMITS, type TrackingCall } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { checkCall } from './check-call.js';
import { type Arrival, correctedTime, eventLine } from './event-line.js';

const NOON = Date.parse('2026-03-01T12:00:00.000Z');
const arrival: Arrival = { receivedAt: NOON, sentAt: undefined, source: 'segment', newId: () => 'made-up' };
const track: TrackingCall = { type: 'track', event: 'X', userId: 'u' };

const stored = (call: TrackingCall, more: Partial<Arrival> = {}) => {
  const row = eventLine(call, { ...arrival, ...more });
  if ('code' in row) throw new Error(row.reason);
  return JSON.parse(row.line) as Record<string, unknown>; // a row of `events`
};

describe('the time of an event', () => {
  test('is corrected by how far the sender’s clock is off: received − (sent − original)', () => {
    const hourAhead = NOON + 3_600_000;
    expect(correctedTime(hourAhead - 60_000, hourAhead, NOON)).toBe(NOON - 60_000);
  });

  test('is the sender’s when it did not say when it sent, and the server’s when it said nothing', () => {
    expect(correctedTime(NOON - 5, undefined, NOON)).toBe(NOON - 5);
    expect(correctedTime(undefined, NOON - 5, NOON)).toBe(NOON);
  });

  test('is never later than its arrival', () => {
    expect(correctedTime(NOON + 999_999, undefined, NOON)).toBe(NOON);
  });

  test('puts copies into the same partition, whenever they arrive', () => {
    const call: TrackingCall = { ...track, messageId: 'm', timestamp: '2026-02-28T23:59:59.000Z' };
    const first = stored(call, { sentAt: NOON });
    const again = stored(call, { sentAt: NOON, receivedAt: NOON + 7 * 86_400_000 });
    expect(again.timestamp).not.toBe(first.timestamp);
    expect(again.sender_clock).toBe(first.sender_clock);
    expect(stored(track).sender_clock).toBe(0);
  });
});

describe('an event is refused with words', () => {
  const reason = (raw: unknown) => {
    const checked = checkCall(raw);
    if (!('call' in checked)) return checked;
    const row = eventLine(checked.call, arrival);
    return 'code' in row ? row : undefined;
  };
  const deep = (levels: number): unknown => (levels === 0 ? 1 : { a: deep(levels - 1) });

  test.each([
    [{ type: 'track', event: 'X' }, 'INVALID', 'userId: Give userId or anonymousId'],
    [{ type: 'track', userId: 'u' }, 'INVALID', 'event: Name the event'],
    [{ type: 'buy', userId: 'u' }, 'INVALID', 'type: Send track, page, screen, identify, group or alias'],
    [{ ...track, timestamp: 'yesterday' }, 'INVALID', 'timestamp: This is not a time; send ISO 8601'],
    [{ ...track, timestamp: '1970-01-02' }, 'INVALID', 'timestamp: It is before the year 2000. Send the real time.'],
    [{ ...track, properties: [1] }, 'INVALID', 'properties: Give an object'],
    [{ type: 'group', userId: 'u' }, 'INVALID', 'groupId: Give text'],
    [{ ...track, properties: deep(25) }, 'TOO_DEEP', 'It is nested deeper than 20 levels. Send flatter properties.'],
    [
      { ...track, properties: Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`k${index}`, 1])) },
      'TOO_MANY_KEYS',
      'It has more than 500 fields. Send a list, or fewer properties.',
    ],
    [
      // 11,000 characters, 33,000 bytes: what counts is bytes.
      { ...track, properties: { text: '가'.repeat(11_000) } },
      'TOO_LARGE',
      'It has 33066 bytes; at most 32768. Send less in it.',
    ],
  ])('%#', (raw, code, words) => {
    expect(reason(raw)).toEqual({ code, reason: words });
  });

  test('an honest one is not', () => {
    expect(reason({ ...track, userId: 42, timestamp: NOON, extra: 1, properties: null })).toBeUndefined();
  });
});

describe('32 KB is counted in bytes over all of an event', () => {
  const bytesOf = (call: object) => Buffer.byteLength(JSON.stringify(call));

  test.each([
    ['a property', (text: string) => ({ ...track, properties: { text } })],
    ['letters of three bytes', (text: string) => ({ ...track, properties: { text, name: '가'.repeat(10_000) } })],
    ['line breaks', (text: string) => ({ ...track, properties: { text, lines: '\n'.repeat(10_000) } })],
    ['context', (text: string) => ({ ...track, context: { page: { url: text } } })],
    ['the name of a field', (text: string) => ({ ...track, properties: { [text]: 1 } })],
    ['what is not stored', (text: string) => ({ ...track, integrations: { text } })],
  ])('%s', (_what, make) => {
    const room = LIMITS.eventBytes - bytesOf(make(''));
    expect(checkCall(make('x'.repeat(room)))).toHaveProperty('call');
    expect(checkCall(make('x'.repeat(room + 1)))).toEqual({
      code: 'TOO_LARGE',
      reason: 'It has 32769 bytes; at most 32768. Send less in it.',
    });
  });
});

test('what the warehouse could not read is made readable', () => {
  const half = '\ud800x';
  const raw = { ...track, properties: { [half]: half, text: '\\ud800', big: 1e20 } };
  const checked = checkCall(raw);
  if (!('call' in checked)) throw new Error(checked.reason);
  expect(stored(checked.call).properties).toEqual({
    '\ufffdx': '\ufffdx',
    text: '\\ud800',
    big: '100000000000000000000',
  });
});
