import { describe, expect, test } from 'vitest';
import { checkCall } from '../check-call.js';
import type { Batch } from './batch.js';
import { readCloudEvents } from './cloudevents.js';
import { readJitsu } from './jitsu.js';
import { readPostHog } from './posthog.js';
import { readSegment } from './segment.js';
import { readWebhook } from './webhook.js';

/** The calls of a batch, all of which have to pass. */
const calls = ({ calls }: Batch) =>
  calls.map((raw) => {
    const checked = checkCall(raw);
    if (!('call' in checked)) throw new Error(checked.reason);
    return checked.call;
  });

describe('Segment', () => {
  test('a single call is of the kind that the address names, and a batch is taken apart', () => {
    expect(calls(readSegment({ type: 'page', userId: 'u', event: 'X', sentAt: '2026-01-01' }, 'track'))).toMatchObject([
      { type: 'track', event: 'X' },
    ]);
    const batch = readSegment({ batch: [{ type: 'alias', userId: 'u', previousId: 'a' }], sentAt: 5 }, 'batch');
    expect(calls(batch)).toMatchObject([{ type: 'alias', previousId: 'a' }]);
    expect(batch.sentAt).toBe(5);
  });

  test('a body that is no batch is refused as a whole', () => {
    expect(() => readSegment([], 'batch')).toThrow('batch: Give a list of calls');
    expect(() => readSegment({ batch: {} }, 'batch')).toThrow('batch: Give a list of calls');
    expect(() => readSegment(undefined, 'track')).toThrow('Give an object: one call');
  });

  test('Jitsu names the call in the address or in the body', () => {
    expect(readJitsu({ type: 'track', event: 'X' }, 'event').calls).toEqual([{ type: 'track', event: 'X' }]);
    expect(() => readJitsu({}, 'constructor')).toThrow('There is no call called constructor.');
  });
});

describe('PostHog', () => {
  const read = (event: object) => calls(readPostHog({ batch: [event], sent_at: '2026-01-01T00:00:00Z' }))[0];

  test('its own events are identify, alias, group, page and exposure', () => {
    const $set = { plan: 'pro' };
    expect(read({ event: '$identify', distinct_id: 'u', properties: { $anon_distinct_id: 'a' }, $set })).toMatchObject({
      type: 'identify',
      userId: 'u',
      anonymousId: 'a',
      traits: { plan: 'pro' },
    });
    expect(read({ event: '$create_alias', distinct_id: 'u', properties: { alias: 'a' } })).toMatchObject({
      type: 'alias',
      userId: 'u',
      previousId: 'a',
    });
    const $group = { $group_type: 'company', $group_key: 'acme', $group_set: { seats: 3 } };
    expect(read({ event: '$groupidentify', distinct_id: 'u', properties: $group })).toMatchObject({
      type: 'group',
      groupId: 'acme',
      traits: { seats: 3, group_type: 'company' },
    });
    const page = { $current_url: 'https://x.example/a', $pathname: '/a', title: 'A', utm_source: 'ad' };
    expect(read({ event: '$pageview', distinct_id: 'u', properties: page })).toMatchObject({
      type: 'page',
      name: 'A',
      properties: { path: '/a' },
      context: { campaign: { source: 'ad' }, page: { url: 'https://x.example/a' } },
    });
    const flag = { $feature_flag: 'new-cart', $feature_flag_response: true };
    expect(read({ event: '$feature_flag_called', distinct_id: 'u', properties: flag })).toMatchObject({
      type: 'track',
      event: 'Experiment Viewed',
      properties: { experiment: 'new-cart', variation: 'treatment' },
    });
  });

  test('a visitor is unknown until the client says who it is', () => {
    const device = { $device_id: 'd' };
    const visitor = read({ event: 'X', properties: { ...device, distinct_id: 'd', token: 'pk' } });
    expect(visitor).toMatchObject({ anonymousId: 'd', properties: device });
    expect(visitor?.userId).toBeUndefined();
    expect(read({ event: 'X', distinct_id: 'u', properties: device })).toMatchObject({
      userId: 'u',
      anonymousId: 'd',
    });
  });

  test('recordings are left out', () => {
    expect(readPostHog([{ event: '$snapshot' }, { event: 'X' }]).calls).toHaveLength(1);
  });
});

describe('CloudEvents', () => {
  const event = { specversion: '1.0', id: 'e1', type: 'order.paid', source: '/shop', time: '2026-01-01T00:00:00Z' };

  test('structured, binary and batches give the same', () => {
    const structured = readCloudEvents({ ...event, subject: 'u', data: { total: 5 } }, {});
    const headers = Object.fromEntries(Object.entries({ ...event, subject: 'u' }).map(([n, v]) => [`ce-${n}`, v]));
    expect(readCloudEvents({ total: 5 }, headers)).toEqual(structured);
    expect(readCloudEvents([{ ...event, subject: 'u', data: { total: 5 } }], {})).toEqual(structured);
    expect(calls(structured)).toEqual([
      {
        type: 'track',
        event: 'order.paid',
        messageId: '/shop#e1',
        userId: 'u',
        timestamp: '2026-01-01T00:00:00Z',
        properties: { total: 5 },
        context: { cloudevent: { specversion: '1.0', source: '/shop' } },
      },
    ]);
  });

  test('an id counts within its source, however long both are', () => {
    const ids = ['a', 'b'].map((name) => `/${name}/${'x'.repeat(99)}`).map((source) => ({ ...event, source }));
    const [first, second] = calls(readCloudEvents(ids, {}));
    expect(first?.messageId).toMatch(/^[0-9a-f]{64}$/);
    expect(second?.messageId).not.toBe(first?.messageId);
  });

  test('without a subject the source stands for who did it', () => {
    expect(calls(readCloudEvents({ ...event, data: 'text' }, {}))).toMatchObject([
      { anonymousId: '/shop', properties: { data: 'text' } },
    ]);
  });
});

describe('a webhook', () => {
  const mapping = {
    items: 'data.orders',
    event: { value: 'Order Placed' },
    userId: 'customer.id',
    messageId: 'id',
    timestamp: 'at',
    properties: 'cart',
  };

  test('is read by its mapping', () => {
    const order = { id: 7, at: '2026-01-01T00:00:00Z', customer: { id: 42 }, cart: { total: 5 } };
    expect(calls(readWebhook({ data: { orders: [order] } }, { name: 'shop', mapping }))).toEqual([
      {
        type: 'track',
        event: 'Order Placed',
        userId: '42',
        messageId: '7',
        timestamp: '2026-01-01T00:00:00Z',
        properties: { total: 5 },
      },
    ]);
  });

  test('that is delivered twice has the same id, and one without its list is refused', () => {
    const byName = { event: { path: 'type' }, userId: 'user' };
    const byId = { ...byName, messageId: 'id' };
    const id = (body: object, by = byName) => calls(readWebhook(body, { name: 'a', mapping: by }))[0]?.messageId;
    const fromContent = id({ type: 'X', user: 'u' });
    expect(fromContent).toMatch(/^[0-9a-f]{40}$/);
    expect(id({ type: 'X', user: 'u' })).toBe(fromContent);
    expect(id({ type: 'X', user: 'other' })).not.toBe(fromContent);
    // So has one that lacks the id for which its mapping looks.
    expect(id({ type: 'X', user: 'u' }, byId)).toBe(fromContent);
    expect(id({ type: 'X', user: 'u', id: '' }, byId)).toMatch(/^[0-9a-f]{40}$/);
    expect(id({ type: 'X', user: 'u', id: 'i1' }, byId)).toBe('i1');
    expect(() => readWebhook({ data: {} }, { name: 'a', mapping })).toThrow('data.orders: There is nothing here');
  });
});
