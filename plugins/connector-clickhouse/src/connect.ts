import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { AppError, isAppError } from '@pelton/sdk';
import type { ClickhouseContext } from './connection-config.js';

export type { ClickHouseClient };

const REQUEST_MS = 10 * 60_000;

/**
 * Runs work with a client of its own.
 * @throws CONNECTION_FAILED with what to mend
 */
export async function withClient<T>(
  context: ClickhouseContext,
  work: (client: ClickHouseClient) => Promise<T>,
): Promise<T> {
  const client = openClient(context);
  try {
    return await work(client);
  } catch (error) {
    throw explain(context, error);
  } finally {
    await client.close();
  }
}

/** A client that changes no setting by itself, since a user who may only read may not; `close` it. */
export function openClient({ config, secrets }: ClickhouseContext): ClickHouseClient {
  return createClient({
    url: config.url,
    database: config.database,
    username: config.user,
    password: secrets['password'] ?? '',
    application: 'pelton',
    request_timeout: REQUEST_MS,
    keep_alive: { enabled: false },
    log: { level: ClickHouseLogLevel.OFF },
  });
}

/** By ClickHouse's or the system's name for it, what is wrong and what to do. */
const REASONS: Record<string, (context: ClickhouseContext) => string> = {
  ECONNREFUSED: () => 'nothing listens there. Check host and port, and that the server is running',
  ENOTFOUND: () => 'the name of the host is not known. Check the address',
  ETIMEDOUT: () => 'it does not answer. Check host and port, and whether a firewall stands between',
  AUTHENTICATION_FAILED: ({ config }) => `it refused user or password of ${config.user}. Enter them again`,
  REQUIRED_PASSWORD: ({ config }) => `it wants a password of ${config.user}. Enter it`,
  UNKNOWN_DATABASE: ({ config }) => `there is no database ${config.database}`,
  ACCESS_DENIED: ({ config }) => `${config.user} may not do that. Grant it the right`,
};

/** What the client failed with, as CONNECTION_FAILED that says what to mend. */
export function explain(context: ClickhouseContext, error: unknown): Error {
  if (isAppError(error) || !(error instanceof Error)) return error as Error; // the client throws errors only
  const { url, database } = context.config;
  const connection = `ClickHouse ${database} at ${url}`;
  return new AppError('CONNECTION_FAILED', { connection, reason: `${reasonOf(context, error)}.` }, { cause: error });
}

function reasonOf(context: ClickhouseContext, error: Error): string {
  const isFromServer = error instanceof ClickHouseError;
  const code = isFromServer ? (error.type ?? '') : 'code' in error ? String(error.code) : '';
  const known = REASONS[code]?.(context);
  if (known) return known;
  if (/CERT|SELF_SIGNED|SSL|EPROTO/.test(code))
    return 'no encrypted connection came about. Check address and certificate';
  // What else answers there is not told: it may be a page of something inside.
  return isFromServer ? error.message.trim() : 'what answers there is no ClickHouse. Check the address';
}
