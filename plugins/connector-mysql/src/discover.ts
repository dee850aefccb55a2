import { isAppError, type StreamInfo } from '@pelton/sdk';
import { type CatalogueTable, readCatalogue } from './catalogue.js';
import { type CatalogueColumn, isCursorType, isTime, warehouseType } from './column-type.js';
import { withClient } from './connect.js';
import type { MysqlContext, StreamOptions } from './connection-config.js';

export async function check(context: MysqlContext): Promise<{ ok: boolean; message: string }> {
  const { config } = context;
  const { database, user } = config;
  try {
    const tables = await withClient(context, (client) => readCatalogue(client, config));
    return tables.length > 0
      ? { ok: true, message: `${tables.length} tables in ${database}` }
      : { ok: false, message: `${user} sees no table in ${database}. Check the name, or grant SELECT on its tables.` };
  } catch (error) {
    if (isAppError(error)) return { ok: false, message: error.message };
    throw error;
  }
}

/** Tables and views that the user may read. */
export function discover(context: MysqlContext, stream?: StreamOptions): Promise<StreamInfo[]> {
  return withClient(context, async (client) => {
    const tables = await readCatalogue(client, context.config, { table: stream?.stream });
    return tables.map(describe);
  });
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
  if (isTime(type)) return /updat|modif|chang/i.test(name) ? 0 : 1;
  return isKey ? 2 : 3;
}
