import type { Event } from '@pelton/contract';
import { expect, test } from 'vitest';
import { toTimeline } from './timeline';

const event = (name: string, timestamp: string, properties: Event['properties'] = {}): Event => ({
  messageId: `${name} ${timestamp}`,
  type: 'track',
  event: name,
  userId: '13093',
  anonymousId: '',
  timestamp,
  receivedAt: timestamp,
  properties,
  context: {},
  source: 'shop',
});
const dayOf = (instant: string) => instant.slice(0, 10);

test('events and tags stand in one order by day, each with its layer', () => {
  const days = toTimeline(
    [
      event('Order Completed', '2026-02-18T12:14:00Z', { revenue: 304.5, invoice: '546103', items: 124, lines: [1] }),
      event('Message Opened', '2026-02-18T12:04:00Z', { message: 'winback', channel: 'email' }),
      event('Experiment Viewed', '2026-02-17T08:00:00Z', { experiment: 'winback-offer', variation: 'offer' }),
    ],
    [{ tag: 'lapsed', title: 'Lapsed', evidence: 'no order since 2025', enteredAt: '2026-02-18T12:10:00Z' }],
    dayOf,
  );
  expect(days.map(({ day, entries }) => [day, entries.map(({ kind, layer, name }) => [kind, layer, name])])).toEqual([
    [
      '2026-02-18',
      [
        ['event', 'collect', ''],
        ['tag', 'understand', 'lapsed'],
        ['message', 'reach', 'winback'],
      ],
    ],
    ['2026-02-17', [['experiment', 'operate', 'winback-offer']]],
  ]);
});

test('an order shows its amount, and its other plain properties in a line', () => {
  const [day] = toTimeline(
    [event('Order Completed', '2026-02-18T12:14:00Z', { revenue: 304.5, invoice: '546103', items: 124, lines: [1] })],
    [],
    dayOf,
  );
  expect(day?.entries[0]).toMatchObject({ amount: 304.5, detail: 'invoice 546103, items 124' });
});
