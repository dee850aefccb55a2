import { AppError, isAppError } from '@pelton/sdk';
import type { MysqlContext } from './connection-config.js';

/** By the server's, driver's or system's name for it, what is wrong and what to do. */
const REASONS: Record<string, (context: MysqlContext) => string> = {
  ECONNREFUSED: ({ config }) =>
    `nothing listens at ${config.host}:${config.port}. Check host and port, and that the server is running`,
  ENOTFOUND: ({ config }) => `the name ${config.host} is not known. Check the host`,
  ETIMEDOUT: () => 'it does not answer. Check host and port, and whether a firewall stands between',
  HANDSHAKE_NO_SSL_SUPPORT: () => 'it knows no encryption. Turn encryption off, or set it up on the server',
  HANDSHAKE_SSL_ERROR: () => 'no encrypted connection came about. Check its certificate, or choose encryption "on"',
  ER_SECURE_TRANSPORT_REQUIRED: () => 'it wants an encrypted connection. Choose encryption "on" or "verify"',
  ER_ACCESS_DENIED_ERROR: ({ config }) =>
    `it refused ${config.user}. Enter the password again, and check that the user may come in from here, and without encryption if it is off`,
  ER_DBACCESS_DENIED_ERROR: ({ config }) =>
    `${config.user} may not use a database ${config.database}. Check its name, or grant the user rights on it`,
  ER_BAD_DB_ERROR: ({ config }) => `there is no database ${config.database}`,
  ER_HOST_NOT_PRIVILEGED: () => 'it lets nobody in from here. Allow this machine on the server',
  ER_TABLEACCESS_DENIED_ERROR: ({ config }) => `${config.user} may not do that. Grant it the right`,
  ER_CON_COUNT_ERROR: () => 'it has no connection left. Try again later, or raise max_connections',
  PROTOCOL_CONNECTION_LOST: ended,
  ECONNRESET: ended,
};

function ended({ config: { host, port } }: MysqlContext): string {
  return `it ended the connection. Check that MySQL is what listens at ${host}:${port}; if it is, try again`;
}

/** What the driver failed with, as CONNECTION_FAILED that says what to mend. */
export function explain(context: MysqlContext, error: unknown): Error {
  if (isAppError(error) || !(error instanceof Error)) return error as Error; // mysql2 throws errors only
  const code = 'code' in error ? String(error.code) : '';
  const reason = REASONS[code]?.(context) ?? error.message;
  const { host, port, database } = context.config;
  const connection = `MySQL ${database} at ${host}:${port}`;
  return new AppError('CONNECTION_FAILED', { connection, reason: `${reason}.` }, { cause: error });
}
