import type { Column } from '@pelton/contract';
import type { ReadRequest } from '@pelton/sdk';
import type { SyncDoc } from './sync.schema.js';

/** What the connector is asked for. */
export function requestOf({ mode, cursor, primaryKey }: SyncDoc, state: string | null): ReadRequest {
  if (mode === 'full_refresh') return { mode };
  const read: unknown = state === null ? null : JSON.parse(state);
  return { mode, primaryKey, state: read, ...(cursor !== undefined && { cursor }) };
}

/** The table that it loads. Rows that are added and have no key say which part of a load they came with. */
export function shapeOf({ mode, primaryKey }: SyncDoc, columns: readonly Column[]) {
  return { columns, primaryKey, hasParts: mode === 'incremental' && primaryKey.length === 0 };
}
