import { Analytics as CustomerIo } from '@customerio/cdp-analytics-node';
import { jitsuAnalytics } from '@jitsu/js';
import RudderAnalytics from '@rudderstack/rudder-sdk-node';
import { Analytics as Segment } from '@segment/analytics-node';
import { CloudEvent, emitterFor, httpTransport, Mode } from 'cloudevents';
import { PostHog } from 'posthog-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, openCollector } from '../support/collected.js';

// The published clients, pointed at a real server: what counts is what is stored afterwards.

let collector: Collector;

beforeAll(async () => {
  collector = await openCollector();
});
afterAll(() => collector.close());

test('@segment/analytics-node: every call is stored once, with its names, times and traits', async () => {
  const { url, key, eventsOf, api } = collector;
  const segment = new Segment({ writeKey: key, host: url });
  const problems: unknown[] = [];
  segment.on('error', (problem) => problems.push(problem));
  const at = new Date('2026-03-01T10:00:00.000Z');
  segment.identify({ userId: 'seg-1', traits: { email: 'ada@example.org', plan: 'pro' }, timestamp: at });
  segment.track({ userId: 'seg-1', event: 'Order Completed', properties: { revenue: 9.5 }, timestamp: at });
  segment.page({ userId: 'seg-1', name: 'Home', category: 'Shop', properties: { path: '/' }, timestamp: at });
  segment.screen({ userId: 'seg-1', name: 'Cart', timestamp: at });
  segment.group({ userId: 'seg-1', groupId: 'acme', traits: { seats: 3 }, timestamp: at });
  segment.alias({ userId: 'seg-1', previousId: 'anon-1' });
  segment.track({ anonymousId: 'seg-1', event: 'Opened', messageId: 'mine-1' });
  await segment.closeAndFlush();
  const events = await eventsOf('seg-1', 7);
  expect(problems).toEqual([]);
  expect(events.map(({ type, event }) => `${type} ${event}`).sort()).toEqual([
    'alias Aliased',
    'group Group Joined',
    'identify Identified',
    'page Page Viewed',
    'screen Screen Viewed',
    'track Opened',
    'track Order Completed',
  ]);
  const named = (name: string) => events.find((event) => event.event === name);
  expect(named('Order Completed')).toMatchObject({ properties: { revenue: 9.5 }, source: 'segment' });
  expect(Math.abs(Date.parse(named('Order Completed')?.timestamp ?? '') - at.getTime())).toBeLessThan(5_000);
  expect(named('Page Viewed')?.properties).toMatchObject({ name: 'Home', category: 'Shop', path: '/' });
  expect(named('Group Joined')?.properties).toEqual({ group_id: 'acme', seats: 3 });
  expect(named('Aliased')?.properties).toEqual({ previous_id: 'anon-1' });
  expect(named('Opened')).toMatchObject({ messageId: 'mine-1', userId: '', anonymousId: 'seg-1' });
  expect(named('Order Completed')?.context).toMatchObject({ library: { name: '@segment/analytics-node' } });
  expect(JSON.stringify(await api.get('/api/users?search=seg-1'))).toContain('ada@example.org');
});

test('@rudderstack/rudder-sdk-node', async () => {
  const rudder = new RudderAnalytics(collector.key, { dataPlaneUrl: collector.url, flushInterval: 100 });
  rudder.identify({ userId: 'rud-1', traits: { plan: 'basic' } });
  rudder.track({ userId: 'rud-1', event: 'Signed Up', properties: { source: 'ad' } });
  await new Promise((resolve) => {
    void rudder.flush(resolve);
  });
  const events = await collector.eventsOf('rud-1', 2);
  expect(events.map(({ event }) => event).sort()).toEqual(['Identified', 'Signed Up']);
  expect(events.find(({ event }) => event === 'Signed Up')?.properties).toEqual({ source: 'ad' });
});

test('@customerio/cdp-analytics-node', async () => {
  const customerIo = new CustomerIo({ writeKey: collector.key, host: collector.url });
  customerIo.identify({ userId: 'cio-1', traits: { city: 'Lyon' } });
  customerIo.track({ userId: 'cio-1', event: 'Left', properties: { cart: 2 } });
  await customerIo.closeAndFlush();
  const events = await collector.eventsOf('cio-1', 2);
  expect(events.map(({ event }) => event).sort()).toEqual(['Identified', 'Left']);
});

test('@jitsu/js', async () => {
  const jitsu = jitsuAnalytics({ host: collector.url, writeKey: `${collector.key}:secret` });
  await jitsu.identify('jit-1', { plan: 'pro' });
  await jitsu.track('Clicked', { button: 'buy' });
  await jitsu.page({ name: 'Pricing' });
  const events = await collector.eventsOf('jit-1', 3);
  expect(events.map(({ event }) => event).sort()).toEqual(['Clicked', 'Identified', 'Page Viewed']);
  const clicked = events.find(({ event }) => event === 'Clicked');
  expect(clicked).toMatchObject({ properties: { button: 'buy' }, source: 'jitsu' });

  const server = jitsuAnalytics({ host: collector.url, writeKey: `${collector.key}:secret`, s2s: true });
  await server.track('Paid', { total: 7, userId: 'jit-2' }, { userId: 'jit-2' });
  expect(await collector.eventsOf('jit-2', 1)).toMatchObject([{ event: 'Paid', properties: { total: 7 } }]);
});

test('posthog-node', async () => {
  const postHog = new PostHog(collector.key, { host: collector.url });
  postHog.identify({ distinctId: 'ph-1', properties: { plan: 'pro' } });
  postHog.capture({ distinctId: 'ph-1', event: 'Order Completed', properties: { total: 12 } });
  postHog.alias({ distinctId: 'ph-1', alias: 'ph-before' });
  postHog.groupIdentify({ distinctId: 'ph-1', groupType: 'company', groupKey: 'acme', properties: { seats: 2 } });
  expect(await postHog.getFeatureFlag('new-cart', 'ph-1')).toBeFalsy();
  await postHog.shutdown();
  const events = await collector.eventsOf('ph-1', 5);
  expect(events.map(({ type, event }) => `${type} ${event}`).sort()).toEqual([
    'alias Aliased',
    'group Group Joined',
    'identify Identified',
    'track Experiment Viewed',
    'track Order Completed',
  ]);
  const order = events.find(({ event }) => event === 'Order Completed');
  expect(order).toMatchObject({ properties: { total: 12 }, source: 'posthog' });
  expect(JSON.stringify(order)).not.toContain(collector.key);
});

test('cloudevents, binary and structured', async () => {
  const emit = (mode: Mode) =>
    emitterFor(httpTransport(`${collector.url}/v1/cloudevents?writeKey=${collector.key}`), { mode });
  const event = { type: 'order.paid', source: '/shop', subject: 'ce-1' };
  await emit(Mode.BINARY)(new CloudEvent({ ...event, id: 'binary-1', data: { total: 5 } }));
  await emit(Mode.STRUCTURED)(new CloudEvent({ ...event, id: 'structured-1', data: { total: 6 } }));
  const events = await collector.eventsOf('ce-1', 2);
  expect(events).toMatchObject([
    { messageId: '/shop#binary-1', event: 'order.paid', properties: { total: 5 } },
    { messageId: '/shop#structured-1', event: 'order.paid', properties: { total: 6 } },
  ]);
  expect(events[0]?.context).toMatchObject({ cloudevent: { source: '/shop' } });
});
