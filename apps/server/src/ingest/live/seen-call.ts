import type { LiveCall, LiveFilter } from '@pelton/contract';
import { asObject } from '../protocols/batch.js';
import type { NumberedCall } from './arrived-calls.js';

/** A call as it is shown, but for what costs something to find out. */
export type SeenCall = Omit<LiveCall, 'keyTitle' | 'sent'> & { sent: unknown };

export function toSeen(arrival: NumberedCall): SeenCall {
  const { id, source, keyId, address, sent, line, refused } = arrival;
  const row = line === undefined ? undefined : asObject(JSON.parse(line)); // written by us
  const call = asObject(sent);
  return {
    ...{ id, source, keyId, address, sent },
    receivedAt: new Date(arrival.receivedAt).toISOString(),
    timestamp: row ? text(row.timestamp) : null,
    event: text(row?.event ?? call.event ?? call.name ?? call.type),
    userId: text(row?.user_id ?? call.userId ?? call.distinct_id ?? call.subject),
    anonymousId: text(row?.anonymous_id ?? call.anonymousId),
    refused: refused ?? null,
    stored: row ? JSON.stringify(shown(row), null, 2) : null,
  };
}

export function matches(call: SeenCall, { event, user, source, key, state }: LiveFilter): boolean {
  if (event && !call.event.toLowerCase().includes(event.toLowerCase())) return false;
  if (user && call.userId !== user && call.anonymousId !== user) return false;
  if (source && call.source !== source) return false;
  if (key && call.keyId !== key) return false;
  return state === 'all' || (state === 'refused') === (call.refused !== null);
}

/** Without the column that the warehouse makes others from. */
function shown({ sender_clock: _clock, ...row }: Record<string, unknown>): Record<string, unknown> {
  return row;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : '';
}
