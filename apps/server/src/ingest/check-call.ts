import { LIMITS, type RejectCode, TrackingCall } from '@pelton/contract';

/** A call that may be stored, or why it may not. */
export type Checked = { call: TrackingCall } | { code: RejectCode; reason: string };

/** Looks at one call as a sender gave it. */
export function checkCall(raw: unknown): Checked {
  const shape: Shape = { keys: 0, depth: 0, mostBytes: 0 };
  measure(raw, 1, shape);
  if (shape.depth > LIMITS.depth)
    return { code: 'TOO_DEEP', reason: `It is nested deeper than ${LIMITS.depth} levels. Send flatter properties.` };
  if (shape.keys > LIMITS.keysPerEvent)
    return {
      code: 'TOO_MANY_KEYS',
      reason: `It has more than ${LIMITS.keysPerEvent} fields. Send a list, or fewer properties.`,
    };
  // Writing the JSON is what costs, and few calls are large enough to be in doubt.
  const bytes = shape.mostBytes > LIMITS.eventBytes ? Buffer.byteLength(JSON.stringify(raw)) : 0;
  if (bytes > LIMITS.eventBytes)
    return { code: 'TOO_LARGE', reason: `It has ${bytes} bytes; at most ${LIMITS.eventBytes}. Send less in it.` };
  const parsed = TrackingCall.safeParse(raw);
  if (!parsed.success) return { code: 'INVALID', reason: reasonOf(parsed.error.issues) };
  const call = parsed.data;
  if (call.userId === undefined && call.anonymousId === undefined)
    return { code: 'INVALID', reason: 'userId: Give userId or anonymousId' };
  return { call };
}

interface Shape {
  keys: number;
  depth: number;
  /** The JSON has no more bytes than this. */
  mostBytes: number;
}

/** A character may be written as `\u0000`. */
const BYTES_OF_CHARACTER = 6;
/** The longest number, its quotes once it is text, a comma and a colon. */
const BYTES_OF_VALUE = 32;

/**
 * Counts fields, depth and bytes and stops at the first limit, so that a hostile value costs no more than an honest one.
 * Whole numbers beyond 64 bits, which the warehouse cannot read, become text on the way.
 */
function measure(value: unknown, depth: number, shape: Shape): void {
  shape.mostBytes += BYTES_OF_VALUE;
  if (typeof value === 'string') shape.mostBytes += value.length * BYTES_OF_CHARACTER;
  if (typeof value !== 'object' || value === null) return;
  if (depth > shape.depth) shape.depth = depth;
  if (depth > LIMITS.depth || shape.keys > LIMITS.keysPerEvent) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      if (isHuge(item)) value[index] = String(item);
      measure(item, depth + 1, shape);
    }
    return;
  }
  const object = value as Record<string, unknown>; // not null, not a list
  for (const key in object) {
    shape.keys += 1;
    shape.mostBytes += key.length * BYTES_OF_CHARACTER;
    if (shape.keys > LIMITS.keysPerEvent) return;
    if (isHuge(object[key])) object[key] = String(object[key]);
    measure(object[key], depth + 1, shape);
  }
}

function isHuge(value: unknown): boolean {
  return typeof value === 'number' && (value >= 2 ** 63 || value < -(2 ** 63)) && Number.isInteger(value);
}

function reasonOf(issues: readonly { path: PropertyKey[]; message: string; code?: string }[]): string {
  return issues
    .slice(0, 3)
    .map(({ path, message, code }) => {
      if (code === 'invalid_union' && path.at(-1) === 'type')
        return 'type: Send track, page, screen, identify, group or alias';
      return path.length ? `${path.join('.')}: ${message}` : message;
    })
    .join('; ');
}
