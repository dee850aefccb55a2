import type { StreamInfo } from '@pelton/sdk';
import type pg from 'pg';
import { type CatalogueColumn, isCursorType, warehouseType } from './column-type.js';
import { withClient } from './connect.js';
import type { PostgresContext, StreamOptions } from './connection-config.js';

export interface CatalogueTable {
  name: string;
  /** An estimate; null when the table was never looked at. */
  rows: number | null;
  columns: CatalogueColumn[];
}

/** Tables and views that the user may read. */
export function discover(context: PostgresContext, stream?: StreamOptions): Promise<StreamInfo[]> {
  return withClient(context, async (client) => {
    const tables = await readCatalogue(client, context.config.schema, stream?.stream);
    return tables.map(describe);
  });
}

/** @see https://www.postgresql.org/docs/current/catalogs.html */
const CATALOGUE = `
  SELECT c.relname AS table, c.relkind IN ('v', 'm') AS is_view, c.reltuples::bigint AS rows, a.attname AS name,
    format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS is_nullable,
    coalesce(a.attnum = ANY (k.conkey), false) AS is_key
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
  WHERE n.nspname = $1 AND ($2::text IS NULL OR c.relname = $2) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT')
  ORDER BY c.relname, a.attnum`;

interface CatalogueRow {
  table: string;
  is_view: boolean;
  rows: string;
  name: string;
  type: string;
  is_nullable: boolean;
  is_key: boolean;
}

export async function readCatalogue(client: pg.Client, schema: string, table?: string): Promise<CatalogueTable[]> {
  const found = await client.query<CatalogueRow>(CATALOGUE, [schema, table ?? null]);
  const tables = new Map<string, CatalogueTable>();
  for (const row of found.rows) {
    const rows = row.is_view || Number(row.rows) < 0 ? null : Number(row.rows);
    const known = tables.get(row.table) ?? { name: row.table, rows, columns: [] };
    tables.set(row.table, known);
    known.columns.push({ name: row.name, type: row.type, isNullable: row.is_nullable, isKey: row.is_key });
  }
  return [...tables.values()];
}

function describe({ name, rows, columns }: CatalogueTable): StreamInfo {
  return {
    name,
    title: name,
    rows,
    columns: columns.map((column) => ({ name: column.name, type: warehouseType(column) })),
    primaryKey: columns.filter(({ isKey }) => isKey).map((column) => column.name),
    cursors: columns
      .filter(({ type }) => isCursorType(type))
      .sort((a, b) => cursorRank(a) - cursorRank(b))
      .map((column) => column.name),
  };
}

/** A time of change tells more than a time of creation, and that more than a number which counts up. */
function cursorRank({ name, type, isKey }: CatalogueColumn): number {
  if (/^(timestamp|date)/.test(type)) return /updat|modif|chang/i.test(name) ? 0 : 1;
  return isKey ? 2 : 3;
}
