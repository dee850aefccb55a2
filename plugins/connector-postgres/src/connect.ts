import { AppError } from '@pelton/sdk';
import type { Client, CustomTypesConfig } from 'pg';
import type { PostgresContext } from './connection-config.js';

const CONNECT_MS = 10_000;
const BOOLEAN = 16;

/** Values stay as PostgreSQL writes them, so that nothing of a number or time is lost; only booleans are made. */
const AS_WRITTEN = {
  getTypeParser: (oid: number) => (value: string) => (oid === BOOLEAN ? value === 't' : value),
} as unknown as CustomTypesConfig; // pg's own type wants every overload

/**
 * Runs work on a connection of its own, in UTC.
 * @throws CONNECTION_FAILED with what to mend
 */
export async function withClient<T>(context: PostgresContext, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await connect(context);
  try {
    return await work(client);
  } catch (error) {
    throw explain(context, error);
  } finally {
    await client.end().catch(() => undefined); // it may be gone already
  }
}

export async function connect(context: PostgresContext): Promise<Client> {
  const { host, port, database, user, tls } = context.config;
  const { Client: PgClient } = (await import('pg')).default; // not before it is needed: Pelton starts with every connector
  const client = new PgClient({
    ...{ host, port, database, user },
    password: context.secrets['password'] ?? '',
    ssl: tls === 'off' ? false : { rejectUnauthorized: tls === 'verify' },
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'pelton',
    types: AS_WRITTEN,
  });
  client.on('error', () => undefined); // a query that is running fails with it; without one nobody needs to know
  try {
    await client.connect();
    await client.query(`SET TimeZone = 'UTC'; SET DateStyle = 'ISO'; SET IntervalStyle = 'iso_8601'`);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw explain(context, error);
  }
}

/** What pg says by its words alone, by the system's name for the same. */
const CODES: Record<string, string> = {
  'timeout expired': 'ETIMEDOUT',
  'Connection terminated unexpectedly': 'ECONNRESET',
  'There was an error establishing an SSL connection': 'ECONNRESET',
};

/** By PostgreSQL's or the system's name for it, what is wrong and what to do. */
const REASONS: Record<string, (context: PostgresContext) => string> = {
  ECONNREFUSED: ({ config }) =>
    `nothing listens at ${config.host}:${config.port}. Check host and port, and that the server is running`,
  ENOTFOUND: ({ config }) => `the name ${config.host} is not known. Check the host`,
  ETIMEDOUT: () => 'it does not answer. Check host and port, and whether a firewall stands between',
  ECONNRESET: ({ config }) =>
    `it ended the connection. Check that PostgreSQL is what listens at ${config.host}:${config.port}; if it is, try again`,
  '28P01': ({ config }) => `it refused the password of ${config.user}. Enter it again`,
  '28000': ({ config }) => `it does not let ${config.user} in from here. Check user, encryption and pg_hba.conf`,
  '3D000': ({ config }) => `there is no database ${config.database}`,
  '42501': ({ config }) => `${config.user} may not do that. Grant it the right`,
  '53300': () => 'it has no connection left. Try again later, or raise max_connections',
};

export function explain(context: PostgresContext, error: unknown): Error {
  if (!(error instanceof Error) || error instanceof AppError) return error as Error; // pg throws errors only
  const code = CODES[error.message] ?? ('code' in error ? String(error.code) : '');
  const reason = REASONS[code]?.(context);
  const { host, port, database } = context.config;
  const connection = `PostgreSQL ${database} at ${host}:${port}`;
  return new AppError('CONNECTION_FAILED', { connection, reason: `${reason ?? error.message}.` }, { cause: error });
}

/** A name as SQL text. */
export function quote(...path: string[]): string {
  return path.map((name) => `"${name.replaceAll('"', '""')}"`).join('.');
}
