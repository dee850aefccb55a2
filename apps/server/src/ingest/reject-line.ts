import { LIMITS, type RejectedEvent } from '@pelton/contract';
import { idFrom } from '../common/ids.js';
import type { Arrival } from './event-line.js';
import { readable } from './readable.js';

/** The row of `rejects` for an event that was not taken, as JSON. */
export function rejectLine(reject: RejectedEvent & Arrival & { raw: unknown; keyId: string }): string {
  const { whole, isWhole } = shown(reject.raw);
  const at = new Date(reject.receivedAt).toISOString();
  return readable(
    JSON.stringify({
      reject_id: reject.newId(),
      received_at: at,
      sent_at: reject.sentAt === undefined ? null : new Date(reject.sentAt).toISOString(),
      source: reject.source,
      key_id: reject.keyId,
      message_id: reject.messageId,
      code: reject.code,
      reason: reject.reason,
      body: whole,
      is_whole: isWhole,
      replayed_at: null,
      updated_at: at,
    }),
  );
}

/**
 * As {@link rejectLine}, for a row of `events` that the warehouse refused after its sender had been answered. The same row
 * gives the same reject, as whoever passes it on may die before that is noted.
 */
export function lateRejectLine(eventLine: string, reason: string): string {
  const row = JSON.parse(eventLine) as Record<string, unknown>; // made by eventLine()
  const { type, event, timestamp, properties, context } = row;
  const call = { type, event, timestamp, properties, context, messageId: row.message_id };
  return rejectLine({
    index: 0,
    messageId: String(row.message_id),
    code: 'REFUSED',
    reason,
    raw: { ...call, userId: row.user_id, anonymousId: row.anonymous_id },
    keyId: '',
    receivedAt: Date.parse(String(row.received_at)),
    sentAt: undefined,
    source: String(row.source),
    newId: () => idFrom('reject', eventLine),
  });
}

function shown(raw: unknown): { whole: string; isWhole: boolean } {
  const { text, isCut } = toText(raw);
  const isWhole = !isCut && text.length <= LIMITS.eventBytes;
  return { whole: text.slice(0, LIMITS.eventBytes), isWhole };
}

/** Fields beyond those that an event may have are left out; what is nested thousands of levels deep cannot be written. */
function toText(raw: unknown): { text: string; isCut: boolean } {
  let fields = 0;
  const most = LIMITS.keysPerEvent * 2;
  try {
    const text = JSON.stringify(raw, (_key, value: unknown) => ((fields += 1) > most ? undefined : value)) ?? 'null';
    return { text, isCut: fields > most };
  } catch {
    return { text: '', isCut: true };
  }
}
