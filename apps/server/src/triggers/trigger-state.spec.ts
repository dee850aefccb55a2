import { Trigger } from '@pelton/contract';
import { expect, test } from 'vitest';
import { armed, begin, toStatus } from './trigger-state.js';

const NOW = new Date('2026-03-01T10:30:00Z');
const LATER = new Date('2026-03-02T10:30:00Z');
const trigger = (input: object): Trigger => Trigger.parse(input);
const nightly = trigger({ kind: 'schedule', cron: '0 6 * * *', timezone: 'UTC' });
const orders = trigger({ kind: 'event', event: 'Order Completed' });

test('a schedule waits for its next time, a pipeline that people start for nothing', () => {
  expect(armed(nightly, undefined, NOW)).toEqual({
    trigger: {
      trigger: nightly,
      isPaused: false,
      armedAt: NOW,
      nextAt: new Date('2026-03-02T06:00:00Z'),
      lastAt: null,
      error: null,
    },
  });
  expect(armed(undefined, begin(nightly, NOW), LATER)).toEqual({ trigger: null });
});

test('a version with the same trigger goes on where the trigger is', () => {
  expect(armed(structuredClone(nightly), begin(nightly, NOW), LATER)).toEqual({});
});

test('another condition keeps the place among the events, another event begins now', () => {
  const before = begin(orders, NOW);
  const large = { ...orders, condition: { combinator: 'and', rules: [{ field: 'total', operator: '>', value: 9 }] } };
  expect(armed(trigger(large), before, LATER)).toEqual({
    'trigger.trigger': large,
    'trigger.nextAt': LATER,
    'trigger.error': null,
  });
  const paid = trigger({ kind: 'event', event: 'Paid' });
  expect(armed(paid, before, LATER)).toEqual({ trigger: begin(paid, LATER) });
});

test('a trigger that was paused stays so through versions, and tells no next time', () => {
  const paused = { ...begin(nightly, NOW), isPaused: true, lastAt: NOW };
  const seven = trigger({ ...nightly, cron: '0 7 * * *' });
  expect(armed(seven, paused, LATER)).toMatchObject({ trigger: { isPaused: true, lastAt: NOW } });
  expect(toStatus(paused)).toMatchObject({ isPaused: true, nextAt: null, lastAt: '2026-03-01T10:30:00.000Z' });
  expect(toStatus({ ...paused, isPaused: false })).toMatchObject({ nextAt: '2026-03-02T06:00:00.000Z' });
});
