import { AppError, TrackingBatch, type TrackingCall } from '@pelton/contract';
import { asTime, type Batch, isObject } from './batch.js';

/** The calls by their names in the address, long and as analytics-next shortens them. */
export const SEGMENT_CALLS: Record<string, TrackingCall['type'] | 'batch'> = {
  identify: 'identify',
  track: 'track',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
  batch: 'batch',
  import: 'batch',
  i: 'identify',
  t: 'track',
  p: 'page',
  s: 'screen',
  g: 'group',
  a: 'alias',
  b: 'batch',
};

/**
 * Reads a body of Segment's HTTP tracking API, which RudderStack's and Customer.io's clients send too.
 * @param kind what the address names; a call of a batch names its own
 * @throws BAD_INPUT when the body is no batch
 * @see https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export function readSegment(body: unknown, kind: TrackingCall['type'] | 'batch'): Batch {
  if (kind !== 'batch') {
    if (!isObject(body)) throw wrong('', 'Give an object: one call');
    return { source: 'segment', calls: [{ ...body, type: kind }], sent: [body], sentAt: asTime(body.sentAt) };
  }
  const batch = TrackingBatch.safeParse(body);
  if (!batch.success) throw wrong('batch', 'Give a list of calls');
  return { source: 'segment', calls: batch.data.batch, sentAt: batch.data.sentAt };
}

function wrong(path: string, message: string): AppError {
  return new AppError('BAD_INPUT', { issues: [{ path, message }] });
}
