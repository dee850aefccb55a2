import { AppError } from '@pelton/sdk';
import type { RowDataPacket } from 'mysql2';
import type { CatalogueColumn } from './column-type.js';
import type { Client } from './connect.js';
import type { ConnectionConfig } from './connection-config.js';

export interface CatalogueTable {
  name: string;
  /** An estimate; null for a view. */
  rows: number | null;
  /** Whether what a failed statement wrote is taken back. */
  isTransactional: boolean;
  columns: CatalogueColumn[];
}

interface CatalogueRow extends RowDataPacket {
  table: string;
  rows: string | null;
  is_transactional: string;
  name: string;
  type: string;
  is_nullable: string;
  is_key: string;
}

/** @see https://dev.mysql.com/doc/refman/8.4/en/information-schema-columns-table.html */
const CATALOGUE = `
  SELECT t.table_name AS \`table\`, CASE WHEN t.table_type NOT LIKE '%VIEW' THEN t.table_rows END AS \`rows\`,
    COALESCE(e.transactions = 'YES', 0) AS is_transactional, c.column_name AS name, c.column_type AS type,
    c.is_nullable = 'YES' AS is_nullable, c.column_key = 'PRI' AS is_key
  FROM information_schema.tables t
  JOIN information_schema.columns c ON c.table_schema = t.table_schema AND c.table_name = t.table_name
  LEFT JOIN information_schema.engines e ON e.engine = t.engine
  WHERE t.table_schema = ? AND t.table_type <> 'SEQUENCE' AND FIND_IN_SET(?, REPLACE(c.privileges, ' ', ''))`;

/** Tables and views of the connection's database with the columns on which the user has the right. */
export async function readCatalogue(
  client: Client,
  { database, oneDigit }: ConnectionConfig,
  { table, right = 'select' }: { table?: string | undefined; right?: 'select' | 'insert' } = {},
): Promise<CatalogueTable[]> {
  const only = table === undefined ? '' : 'AND t.table_name = ?';
  const text = `${CATALOGUE} ${only} ORDER BY t.table_name, c.ordinal_position`;
  const values = table === undefined ? [database, right] : [database, right, table];
  const [found] = await client.query<CatalogueRow[]>(text, values);
  const tables = new Map<string, CatalogueTable>();
  for (const row of found) {
    const rows = row.rows === null ? null : Number(row.rows);
    const known = tables.get(row.table) ?? {
      ...{ name: row.table, rows, columns: [] },
      isTransactional: row.is_transactional === '1',
    };
    tables.set(row.table, known);
    // Any other width tells nothing, so a number goes by the plain name.
    const type = oneDigit === 'number' && row.type === 'tinyint(1)' ? 'tinyint' : row.type;
    known.columns.push({ name: row.name, type, isNullable: row.is_nullable === '1', isKey: row.is_key === '1' });
  }
  return [...tables.values()];
}

/** @throws NOT_FOUND when it is not there, or the user may not */
export async function readTable(
  client: Client,
  config: ConnectionConfig,
  options: { table: string; right?: 'select' | 'insert' },
): Promise<CatalogueTable> {
  const [table] = await readCatalogue(client, config, options);
  if (!table) throw new AppError('NOT_FOUND', { noun: 'table', name: `${config.database}.${options.table}` });
  return table;
}
