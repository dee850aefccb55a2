import type { RejectCode, TrackingCall } from '@pelton/contract';
import { readable } from './readable.js';

/** What is known of a call besides the call. */
export interface Arrival {
  receivedAt: number;
  /** What the sender's clock said when it sent the batch, in milliseconds. */
  sentAt: number | undefined;
  source: string;
  newId: () => string;
}

/** A row of `events` as JSON, and what tells it from others. */
export interface EventLine {
  line: string;
  messageId: string;
  userId: string;
  timestamp: string;
}

/** Before this, a clock was not set. */
const EARLIEST = Date.UTC(2000, 0);
/** The time of a message that bears none; all of those share the partition of 1970. */
const NO_TIME = 0;
const LATEST = Date.UTC(2100, 0);

const NAMES = {
  identify: 'Identified',
  page: 'Page Viewed',
  screen: 'Screen Viewed',
  group: 'Group Joined',
  alias: 'Aliased',
};

/**
 * Makes the row of a call. The event's time is corrected for a wrong clock: received − (sent − original), never later
 * than received. `sender_clock` stays as it was, so that copies find each other; of those the first one stays.
 */
export function eventLine(call: TrackingCall, arrival: Arrival): EventLine | { code: RejectCode; reason: string } {
  const { receivedAt, source } = arrival;
  const original = timeOf(call.timestamp ?? call.originalTimestamp);
  const sentAt = arrival.sentAt ?? timeOf(call.sentAt);
  const at = correctedTime(original, sentAt, receivedAt);
  if (at < EARLIEST) return { code: 'INVALID', reason: 'timestamp: It is before the year 2000. Send the real time.' };
  const properties = JSON.stringify(propertiesOf(call));
  const context = JSON.stringify(call.context ?? {});
  const messageId = call.messageId ?? arrival.newId();
  const userId = call.userId ?? '';
  const timestamp = at === receivedAt ? receivedIso(receivedAt) : new Date(at).toISOString();
  const head = JSON.stringify({
    message_id: messageId,
    type: call.type,
    event: call.type === 'track' ? call.event : NAMES[call.type],
    user_id: userId,
    anonymous_id: call.anonymousId ?? '',
    timestamp,
    received_at: receivedIso(receivedAt),
    source,
    sender_clock: stableTime(original),
  });
  const line = readable(`${head.slice(0, -1)},"properties":${properties},"context":${context}}`);
  return { line, messageId, userId, timestamp };
}

let received = { at: 0, iso: new Date(0).toISOString() };

/** Written once for all calls of a batch, because it costs as much as writing the properties of one. */
function receivedIso(at: number): string {
  if (at !== received.at) received = { at, iso: new Date(at).toISOString() };
  return received.iso;
}

/** @returns milliseconds; `original` without a sender's clock, `receivedAt` without a time */
export function correctedTime(original: number | undefined, sentAt: number | undefined, receivedAt: number): number {
  if (original === undefined) return receivedAt;
  const corrected = sentAt === undefined ? original : receivedAt - (sentAt - original);
  return Math.min(corrected, receivedAt);
}

/** Depends on nothing but the message, so that a copy of it lands in the same partition whenever it comes. */
function stableTime(original: number | undefined): number {
  return original === undefined || original < EARLIEST || original >= LATEST ? NO_TIME : original;
}

export function timeOf(time: string | number | undefined): number | undefined {
  if (time === undefined) return undefined;
  const at = new Date(time).getTime();
  return Number.isFinite(at) ? at : undefined;
}

function propertiesOf(call: TrackingCall): Record<string, unknown> {
  switch (call.type) {
    case 'track':
      return call.properties ?? {};
    case 'page':
    case 'screen':
      return {
        ...call.properties,
        ...(call.name && { name: call.name }),
        ...(call.category && { category: call.category }),
      };
    case 'identify':
      return call.traits ?? {};
    case 'group':
      return { ...call.traits, group_id: call.groupId };
    case 'alias':
      return { previous_id: call.previousId };
  }
}
