import { AppError } from '@pelton/sdk';
import type { RowDataPacket } from 'mysql2';
import type { Client } from './connect.js';

/** An index on the beginnings of texts does not tell the texts apart. */
const UNIQUE = `
  SELECT index_name FROM information_schema.statistics
  WHERE table_schema = ? AND table_name = ? AND non_unique = 0
  GROUP BY index_name HAVING COUNT(*) = ? AND SUM(column_name IN (?) AND sub_part IS NULL) = ?`;

/** @throws PARAM_INVALID unless a unique index is on just these columns: without one, rows would be added each time */
export async function requireUniqueKey(client: Client, database: string, table: string, keys: string[]): Promise<void> {
  const values = [database, table, keys.length, keys, keys.length];
  const [found] = keys.length > 0 ? await client.query<RowDataPacket[]>(UNIQUE, values) : [[]];
  if (found.length > 0) return;
  const reason = `${table} has no unique index on ${keys.join(', ') || 'no column'}. Make one, or choose other keys`;
  throw new AppError('PARAM_INVALID', { field: 'keys', reason });
}
