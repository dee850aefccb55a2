import { AppError, type TargetInfo } from '@pelton/sdk';
import { withClient } from './connect.js';
import type { PostgresContext, TargetOptions } from './connection-config.js';

/** @see https://www.postgresql.org/docs/current/catalogs.html */
const COLUMNS = `
  SELECT a.attname AS name, a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS is_needed
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p', 'v', 'f')
    AND a.attgenerated = '' AND a.attidentity <> 'a'
  ORDER BY a.attnum`;

/** Unique indexes over plain columns and all rows, which ON CONFLICT can go by. */
const KEYS = `
  SELECT array_agg(a.attname::text ORDER BY a.attnum) AS columns
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY ((i.indkey::int2[])[0:i.indnkeyatts - 1])
  WHERE n.nspname = $1 AND c.relname = $2 AND i.indisunique AND i.indisvalid AND i.indimmediate
    AND i.indpred IS NULL AND i.indexprs IS NULL
  GROUP BY i.indexrelid, i.indisprimary
  ORDER BY i.indisprimary DESC, i.indexrelid`;

/** The columns that a table takes and its unique keys. @throws PARAM_INVALID when it is not there */
export function describeTarget(context: PostgresContext, { table }: TargetOptions): Promise<TargetInfo> {
  const { schema } = context.config;
  return withClient(context, async (client) => {
    const columns = await client.query<{ name: string; is_needed: boolean }>(COLUMNS, [schema, table]);
    if (columns.rows.length === 0)
      throw new AppError('PARAM_INVALID', {
        field: 'table',
        reason: `There is no table ${table} in ${schema}. Create it there, or choose another`,
      });
    const keys = await client.query<{ columns: string[] }>(
      `SELECT to_json(columns)::text AS columns FROM (${KEYS}) AS keys`,
      [schema, table],
    );
    return {
      columns: columns.rows.map(({ name, is_needed }) => ({ name, isNeeded: is_needed })),
      keys: keys.rows.map((key) => JSON.parse(String(key.columns)) as string[]),
    };
  });
}
