import type { ReadRequest } from '@pelton/sdk';
import type { SyncDoc } from './sync.schema.js';

/** What the connector is asked for. */
export function requestOf({ mode, cursor, primaryKey }: SyncDoc, state: string | null): ReadRequest {
  if (mode === 'full_refresh') return { mode };
  const read: unknown = state === null ? null : JSON.parse(state);
  return { mode, primaryKey, state: read, ...(cursor !== undefined && { cursor }) };
}
