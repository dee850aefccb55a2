import type { IncomingHttpHeaders } from 'node:http';
import type { Batch } from './batch.js';
import { readCloudEvents } from './cloudevents.js';
import { readJitsu } from './jitsu.js';
import { readPostHog } from './posthog.js';
import { readSegment, SEGMENT_CALLS } from './segment.js';

/** An address that events are posted to. */
export interface WayIn {
  /** Whose clients send there, and what. */
  description: string;
  read: (body: unknown, headers: IncomingHttpHeaders) => Batch;
  /** What its clients look for in an answer besides what became of the events. */
  extra?: Record<string, unknown>;
}

type Entry = [path: string, way: WayIn];

const SEGMENT = 'Segment’s HTTP tracking API, as its clients and those of RudderStack and Customer.io call it';
const JITSU = 'Jitsu: identify, track, page, group, alias, event';
const POSTHOG = 'PostHog: an event, a list or a batch, plain or gzip';
const CLOUDEVENTS = 'CloudEvents 1.0: binary, structured or a batch';

/** Every address by its path. Each body becomes Segment's calls, and from there the way is one. */
export const WAYS_IN: ReadonlyMap<string, WayIn> = new Map([
  ...Object.entries(SEGMENT_CALLS).map(([call, kind]): Entry => [
    `/v1/${call}`,
    { description: SEGMENT, read: (body) => readSegment(body, kind) },
  ]),
  // Its servers, and its browsers.
  ...['/api/s/s2s', '/api/s'].flatMap((base) =>
    [...Object.keys(SEGMENT_CALLS), 'event'].map((call): Entry => [
      `${base}/${call}`,
      { description: JITSU, read: (body) => readJitsu(body, call), extra: { ok: true } },
    ]),
  ),
  ...['batch', 'e', 'i/v0/e', 'capture', 'track'].map((call): Entry => [
    `/${call}`,
    { description: POSTHOG, read: readPostHog, extra: { status: 1 } },
  ]),
  ['/v1/cloudevents', { description: CLOUDEVENTS, read: readCloudEvents }],
]);
