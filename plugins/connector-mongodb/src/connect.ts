import { AppError, isAppError } from '@pelton/sdk';
import { type Db, MongoClient } from 'mongodb';
import type { MongoContext } from './connection-config.js';

const CONNECT_MS = 10_000;

/** Numbers keep the type that they are stored as, so that 1.0 is not taken for a whole number. */
const AS_STORED = { promoteValues: false, promoteLongs: false } as const;

/**
 * Opens the connection's database; `close` it.
 * @throws CONNECTION_FAILED with what to mend
 */
export async function openDatabase(context: MongoContext): Promise<{ database: Db; close: () => Promise<void> }> {
  const { url, database, user, authSource } = context.config;
  const password = context.secrets['password'] ?? '';
  const client = new MongoClient(url, {
    serverSelectionTimeoutMS: CONNECT_MS,
    connectTimeoutMS: CONNECT_MS,
    appName: 'pelton',
    ...(user && { auth: { username: user, password } }),
    ...(authSource && { authSource }),
    ...AS_STORED,
  });
  try {
    await client.connect();
    return { database: client.db(database), close: () => client.close() };
  } catch (error) {
    await client.close();
    throw explain(context, error);
  }
}

export function explain({ config }: MongoContext, error: unknown): Error {
  if (isAppError(error) || !(error instanceof Error)) return error as Error; // the driver throws errors only
  const code = 'code' in error ? Number(error.code) : 0;
  const reason = reasonOf(error, code);
  const host = /^mongodb(?:\+srv)?:\/\/([^/?]+)/.exec(config.url)?.[1] ?? '';
  return new AppError(
    'CONNECTION_FAILED',
    { connection: `MongoDB at ${host}`, reason: `${reason}.` },
    { cause: error },
  );
}

function reasonOf(error: Error, code: number): string {
  if (code === 18) return 'it refused user or password. Enter them again, and check the database of the user';
  if (code === 13) return 'the user may not read this. Grant the role read on the database';
  if (/ENOTFOUND|ENODATA/.test(error.message)) return 'the name is not known. Check the address';
  if (/ECONNREFUSED/.test(error.message)) return 'nothing listens there. Check the address';
  return /ServerSelection/.test(error.name) ? `no server answers: ${error.message}` : error.message;
}
