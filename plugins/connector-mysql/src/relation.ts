import { bind, identifier, join, sql, type Sql } from '@pelton/sdk';
import { readTable } from './catalogue.js';
import { selectAll } from './column-sql.js';
import { warehouseType } from './column-type.js';
import { withClient } from './connect.js';
import type { MysqlContext, StreamOptions } from './connection-config.js';

/**
 * The table as the warehouse reads it itself, by the very query that a read sends; null where it cannot: it knows no
 * encryption, and some signs stand for several servers.
 */
export function relationOf(context: MysqlContext, { stream }: StreamOptions): Promise<Sql | null> {
  const { host, port, database, user, tls } = context.config;
  if (tls !== 'off' || /[{},|:/]/.test(host)) return Promise.resolve(null);
  return withClient(context, async (client) => {
    const { columns } = await readTable(client, context.config, { table: stream });
    const list = columns.map((column) => {
      const name = identifier(column.name);
      return sql`CAST(${name}, ${bind('String', warehouseType(column))}) AS ${name}`;
    });
    const text = selectAll(database, stream, columns);
    const password = context.secrets['password'] ?? '';
    return sql`SELECT ${join(list)} FROM mysql(${`${host}:${port}`}, ${database}, query(${text}), ${user}, ${password})`;
  });
}
