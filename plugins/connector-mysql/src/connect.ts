import { type Connection, createConnection } from 'mysql2';
import type { Connection as Client } from 'mysql2/promise';
import type { MysqlContext } from './connection-config.js';
import { explain } from './explain.js';

export type { Client };

const CONNECT_MS = 10_000;

/**
 * Strings are never taken for dates or backslashes for anything, and a value that does not fit is refused. A reader that
 * is slow for some minutes is waited for.
 */
const SESSION = `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES', net_write_timeout = 3600`;

/**
 * Runs work on a connection of its own, in UTC.
 * @throws CONNECTION_FAILED with what to mend
 */
export async function withClient<T>(context: MysqlContext, work: (client: Client) => Promise<T>): Promise<T> {
  const connection = await connect(context);
  try {
    return await work(connection.promise());
  } catch (error) {
    throw explain(context, error);
  } finally {
    connection.destroy();
  }
}

/** Opens a connection; `destroy` it. Every value comes as the text that the server writes, so that nothing of it is lost. */
export async function connect(context: MysqlContext): Promise<Connection> {
  const { host, port, database, user, tls } = context.config;
  const connection = createConnection({
    ...{ host, port, database, user },
    password: context.secrets['password'] ?? '',
    ...(tls !== 'off' && { ssl: { rejectUnauthorized: tls === 'verify', verifyIdentity: tls === 'verify' } }),
    connectTimeout: CONNECT_MS,
    charset: 'utf8mb4',
    connectAttributes: { program_name: 'pelton' },
    typeCast: (field) => field.string('utf8'),
  });
  connection.on('error', () => undefined); // a query that is running fails with it; without one nobody needs to know
  try {
    const client = connection.promise();
    await client.connect();
    await client.query(SESSION);
    return connection;
  } catch (error) {
    connection.destroy();
    throw explain(context, error);
  }
}
