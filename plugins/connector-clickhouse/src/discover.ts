import { isAppError, type StreamInfo } from '@pelton/sdk';
import { type CatalogueTable, readCatalogue } from './catalogue.js';
import { isCursorType, isTime, warehouseType } from './column-type.js';
import { withClient } from './connect.js';
import type { ClickhouseContext, StreamOptions } from './connection-config.js';

export async function check(context: ClickhouseContext): Promise<{ ok: boolean; message: string }> {
  const { database, user } = context.config;
  try {
    const tables = await withClient(context, (client) => readCatalogue(client, database));
    return tables.length > 0
      ? { ok: true, message: `${tables.length} tables in ${database}` }
      : { ok: false, message: `${user} sees no table in ${database}. Check the name, or grant SELECT on its tables.` };
  } catch (error) {
    if (isAppError(error)) return { ok: false, message: error.message };
    throw error;
  }
}

/** Tables and views that the user may see. */
export function discover(context: ClickhouseContext, stream?: StreamOptions): Promise<StreamInfo[]> {
  return withClient(context, async (client) => {
    const tables = await readCatalogue(client, context.config.database, stream?.stream);
    return tables.map(describe);
  });
}

function describe(table: CatalogueTable): StreamInfo {
  const { name, rows, columns } = table;
  const sorted = sortedBy(table);
  const rank = (column: { name: string; type: string }) => cursorRank(column, sorted);
  return {
    name,
    title: name,
    rows,
    columns: columns.map((column) => ({ name: column.name, type: warehouseType(column.type) })),
    primaryKey: keyOf(table),
    cursors: columns
      .filter(({ type }) => isCursorType(type))
      .sort((a, b) => rank(a) - rank(b))
      .map((column) => column.name),
  };
}

function sortedBy({ sortingKey }: CatalogueTable): string[] {
  return sortingKey.split(', ').map((part) => part.replaceAll('`', ''));
}

/** Only a table that keeps one row for each sorting key has a key; elsewhere many rows may share it. */
function keyOf(table: CatalogueTable): string[] {
  if (!/Replacing|Coalescing/.test(table.engine)) return [];
  const key = sortedBy(table);
  const names = new Set(table.columns.map(({ name }) => name));
  return key.every((part) => names.has(part)) ? key : [];
}

/** A time of change tells more than a time of creation, and that more than a number; what the table is sorted by is read fast. */
function cursorRank({ name, type }: { name: string; type: string }, sorted: string[]): number {
  if (isTime(type)) return /updat|modif|chang/i.test(name) ? 0 : sorted.includes(name) ? 1 : 2;
  return sorted.includes(name) ? 3 : 4;
}
