import { bind, identifier, join, sql, type Sql } from '@pelton/sdk';
import { isSameInPushdown, warehouseType } from './column-type.js';
import { withClient } from './connect.js';
import type { PostgresContext, StreamOptions } from './connection-config.js';
import { readCatalogue } from './discover.js';

/**
 * The table as the warehouse reads it itself, over a connection of its own; null where it would give other values than a
 * read: it knows no encryption, and takes times with a zone as the role's own setting writes them.
 */
export function relationOf(context: PostgresContext, { stream }: StreamOptions): Promise<Sql | null> {
  const { host, port, database, user, schema, tls } = context.config;
  if (tls !== 'off' || host.startsWith('/') || /[{},|]/.test(host + database + stream)) return Promise.resolve(null);
  return withClient(context, async (client) => {
    const [table] = await readCatalogue(client, schema, stream);
    if (!table?.columns.every(isSameInPushdown)) return null;
    if (table.columns.some(({ type }) => type.endsWith('with time zone')) && (await roleZone(client)) !== 'UTC')
      return null;
    const columns = join(
      table.columns.map(
        (column) =>
          sql`CAST(${identifier(column.name)}, ${bind('String', warehouseType(column))}) AS ${identifier(column.name)}`,
      ),
    );
    const password = context.secrets['password'] ?? '';
    return sql`SELECT ${columns} FROM postgresql(${`${host}:${port}`}, ${database}, ${stream}, ${user}, ${password}, ${schema})`;
  });
}

/** The zone in which the role's other connections begin. */
async function roleZone(client: Parameters<typeof readCatalogue>[0]): Promise<string> {
  const found = await client.query<{ zone: string }>(
    `SELECT reset_val AS zone FROM pg_settings WHERE name = 'TimeZone'`,
  );
  const zone = found.rows[0]?.zone ?? '';
  return /^(Etc\/)?(UTC|UCT|GMT|Zulu)$/.test(zone) ? 'UTC' : zone;
}
