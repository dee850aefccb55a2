import { AppError } from '@pelton/sdk';
import type { CatalogueColumn } from './column-type.js';
import type { ClickHouseClient } from './connect.js';

export interface CatalogueTable {
  name: string;
  engine: string;
  rows: number | null;
  /** As in `user_id, toDate(at)`. */
  sortingKey: string;
  columns: CatalogueColumn[];
}

/** Tables behind materialized views are told by the views. @see https://clickhouse.com/docs/operations/system-tables/tables */
const CATALOGUE = `
  SELECT t.name, t.engine, toString(t.total_rows), t.sorting_key, c.name, c.type
  FROM system.tables AS t
  JOIN system.columns AS c ON c.database = t.database AND c.table = t.name
  WHERE t.database = {database:String} AND ({table:String} = '' OR t.name = {table:String})
    AND NOT startsWith(t.name, '.inner') AND c.default_kind != 'EPHEMERAL'
  ORDER BY t.name, c.position`;

type CatalogueRow = [
  name: string,
  engine: string,
  rows: string | null,
  sortingKey: string,
  column: string,
  type: string,
];

export async function readCatalogue(client: ClickHouseClient, database: string, table = ''): Promise<CatalogueTable[]> {
  const found = await client.query({
    query: CATALOGUE,
    format: 'JSONCompactEachRow',
    query_params: { database, table },
  });
  const tables = new Map<string, CatalogueTable>();
  for (const [name, engine, rows, sortingKey, column, type] of await found.json<CatalogueRow>()) {
    const known = tables.get(name) ?? {
      name,
      engine,
      rows: rows === null ? null : Number(rows),
      sortingKey,
      columns: [],
    };
    tables.set(name, known);
    known.columns.push({ name: column, type });
  }
  return [...tables.values()];
}

/** @throws NOT_FOUND when it is not there, or the user may not see it */
export async function readTable(client: ClickHouseClient, database: string, name: string): Promise<CatalogueTable> {
  const [table] = await readCatalogue(client, database, name);
  if (!table) throw new AppError('NOT_FOUND', { noun: 'table', name: `${database}.${name}` });
  return table;
}
