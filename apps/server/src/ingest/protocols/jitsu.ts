import { AppError } from '@pelton/contract';
import { type Batch, isObject } from './batch.js';
import { SEGMENT_CALLS, readSegment } from './segment.js';

/** Reads a body of Jitsu's browser and server clients: Segment's calls, one a request, under addresses of their own. */
export function readJitsu(body: unknown, name: string): Batch {
  const kind = name === 'event' && isObject(body) ? String(body.type) : name;
  const known = Object.hasOwn(SEGMENT_CALLS, kind) ? SEGMENT_CALLS[kind] : undefined;
  if (!known) throw new AppError('NOT_FOUND', { noun: 'call', name: kind.slice(0, 50) });
  return { ...readSegment(body, known), source: 'jitsu' };
}
