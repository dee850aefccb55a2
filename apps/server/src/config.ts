import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { AppError, Email, Password } from '@pelton/contract';
import { z } from 'zod';

/** What the process does: answer requests, run jobs, or both. */
export type ProcessRole = 'all' | 'api' | 'worker';

/** Every setting, read once. Nothing else in the server looks at the environment. */
export interface Config {
  role: ProcessRole;
  host: string;
  port: number;
  /** Where people reach this server; undefined until it listens, when nobody said. */
  publicUrl: string | undefined;
  dataDir: string;
  mongodbUrl: string | undefined;
  queueUrl: string | undefined;
  clickhouseUrl: string | undefined;
  clickhouseReaderUrl: string | undefined;
  /** 32 bytes that seal secrets and sign links. */
  secretKey: Buffer;
  firstAdmin: { email: string; password: string } | undefined;
  /** Folders that connectors may read files from. */
  fileFolders: string[];
  /** Folders that connectors may write files to. */
  exportFolders: string[];
  /** Folders that connectors may start programs from. */
  programFolders: string[];
  /** Folder of plugins that do not come with Pelton. */
  pluginsDir: string;
  /** The development catcher that receives mail instead of the world. */
  mailCatcher: boolean;
  logLevel: string;
  uploadLimitMb: number;
  /** Events that one API key may send in a second, for good. */
  eventsPerSecond: number;
  /** How much may wait on this disk while the warehouse does not answer. */
  spoolMb: number;
  /** How long a worker may be silent before another takes its steps over. */
  leaseSeconds: number;
  /** Runs of a pipeline whose tables are kept, and those that are remembered at all. */
  keptRunTables: number;
  keptRuns: number;
}

export const CONFIG = Symbol('Config');

type Environment = Record<string, string | undefined>;

const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1']);

/**
 * Reads the settings.
 * @throws SETTING_MISSING, SETTING_WRONG or DATA_FOLDER naming the setting and what to set it to
 */
export function readConfig(environment: Environment): Config {
  const text = (name: string) => environment[name]?.trim() || undefined;
  const role = oneOf(text('PELTON_ROLE') ?? 'all', 'PELTON_ROLE', ['all', 'api', 'worker']);
  const host = text('PELTON_HOST') ?? '127.0.0.1';
  const urls = {
    mongodbUrl: url(text('PELTON_MONGODB_URL'), 'PELTON_MONGODB_URL', ['mongodb:', 'mongodb+srv:']),
    queueUrl: url(text('PELTON_QUEUE_URL'), 'PELTON_QUEUE_URL', ['redis:', 'rediss:', 'postgres:', 'postgresql:']),
    clickhouseUrl: url(text('PELTON_CLICKHOUSE_URL'), 'PELTON_CLICKHOUSE_URL', ['http:', 'https:']),
    clickhouseReaderUrl: url(text('PELTON_CLICKHOUSE_READER_URL'), 'PELTON_CLICKHOUSE_READER_URL', ['http:', 'https:']),
  };
  if (role !== 'all') requireSharedServices(role, urls);
  const dataDir = openDataFolder(resolve(text('PELTON_DATA') ?? 'data'));
  return {
    role,
    host,
    port: integer(text('PELTON_PORT') ?? '4600', 'PELTON_PORT', 0, 65_535),
    publicUrl: url(text('PELTON_URL'), 'PELTON_URL', ['http:', 'https:'])?.replace(/\/+$/, ''),
    dataDir,
    ...urls,
    secretKey: readSecretKey(text('PELTON_SECRET_KEY'), dataDir, role),
    firstAdmin: readFirstAdmin(text('PELTON_ADMIN_EMAIL'), text('PELTON_ADMIN_PASSWORD')),
    fileFolders: readFolders(text('PELTON_FILES'), 'PELTON_FILES'),
    exportFolders: readFolders(text('PELTON_EXPORTS'), 'PELTON_EXPORTS'),
    programFolders: readFolders(text('PELTON_PROGRAMS'), 'PELTON_PROGRAMS'),
    pluginsDir: resolve(text('PELTON_PLUGINS') ?? join(dataDir, 'plugins')),
    mailCatcher:
      oneOf(text('PELTON_MAIL_CATCHER') ?? (LOOPBACK.has(host) ? 'on' : 'off'), 'PELTON_MAIL_CATCHER', [
        'on',
        'off',
      ]) === 'on',
    logLevel: oneOf(text('PELTON_LOG_LEVEL') ?? 'info', 'PELTON_LOG_LEVEL', [
      'trace',
      'debug',
      'info',
      'warn',
      'error',
      'silent',
    ]),
    uploadLimitMb: integer(text('PELTON_UPLOAD_MB') ?? '2048', 'PELTON_UPLOAD_MB', 1, 1_000_000),
    eventsPerSecond: integer(text('PELTON_EVENTS_PER_SECOND') ?? '50000', 'PELTON_EVENTS_PER_SECOND', 1, 100_000_000),
    spoolMb: integer(text('PELTON_SPOOL_MB') ?? '512', 'PELTON_SPOOL_MB', 1, 1_000_000),
    leaseSeconds: integer(text('PELTON_LEASE_SECONDS') ?? '15', 'PELTON_LEASE_SECONDS', 1, 3_600),
    keptRunTables: integer(text('PELTON_KEPT_RUN_TABLES') ?? '3', 'PELTON_KEPT_RUN_TABLES', 1, 1_000),
    keptRuns: integer(text('PELTON_KEPT_RUNS') ?? '200', 'PELTON_KEPT_RUNS', 1, 100_000),
  };
}

/** A key for one purpose, so that a token of one kind is never a token of another. */
export function deriveKey(secretKey: Buffer, purpose: string): Buffer {
  return createHash('sha256').update(purpose).update('\0').update(secretKey).digest();
}

function requireSharedServices(
  role: string,
  urls: { mongodbUrl?: string | undefined; queueUrl?: string | undefined; clickhouseUrl?: string | undefined },
): void {
  const missing = [
    ['PELTON_MONGODB_URL', urls.mongodbUrl, 'the URL of a MongoDB replica set'],
    ['PELTON_QUEUE_URL', urls.queueUrl, 'a redis:// or postgres:// URL'],
    ['PELTON_CLICKHOUSE_URL', urls.clickhouseUrl, 'the URL of a ClickHouse server'],
  ] as const;
  const first = missing.find(([, value]) => value === undefined);
  if (first) {
    throw new AppError('SETTING_MISSING', {
      name: first[0],
      what: `${first[2]}; PELTON_ROLE=${role} shares its services with other processes`,
    });
  }
}

function openDataFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    // PostgreSQL does not run as root; the user that it runs as has to find its own folder below this one.
    if (process.getuid?.() === 0) chmodSync(folder, 0o711);
    return folder;
  } catch (error) {
    throw new AppError(
      'DATA_FOLDER',
      { folder, reason: error instanceof Error ? error.message : String(error) },
      { cause: error },
    );
  }
}

function readSecretKey(given: string | undefined, dataDir: string, role: ProcessRole): Buffer {
  if (given) return decodeKey(given, 'PELTON_SECRET_KEY');
  if (role !== 'all') {
    throw new AppError('SETTING_MISSING', {
      name: 'PELTON_SECRET_KEY',
      what: 'the same 32 random bytes, in base64, for every process (openssl rand -base64 32)',
    });
  }
  const file = join(dataDir, 'secret.key');
  if (!existsSync(file)) writeFileSync(file, `${randomBytes(32).toString('base64')}\n`, { mode: 0o600, flag: 'wx' });
  return decodeKey(readFileSync(file, 'utf8').trim(), file);
}

function decodeKey(text: string, name: string): Buffer {
  const key = Buffer.from(text, 'base64');
  const isWeak = new Set(key).size < 8;
  if (key.length !== 32 || isWeak) {
    const reason = isWeak && key.length === 32 ? 'it is not random' : `it has ${key.length} bytes`;
    throw new AppError('SETTING_WRONG', { name, reason, what: '32 random bytes in base64 (openssl rand -base64 32)' });
  }
  return key;
}

function readFirstAdmin(email: string | undefined, password: string | undefined): Config['firstAdmin'] {
  if (!email && !password) return undefined;
  if (!email)
    throw new AppError('SETTING_MISSING', {
      name: 'PELTON_ADMIN_EMAIL',
      what: 'the e-mail address of the first admin, since PELTON_ADMIN_PASSWORD is set',
    });
  if (!password)
    throw new AppError('SETTING_MISSING', {
      name: 'PELTON_ADMIN_PASSWORD',
      what: 'the password of the first admin, since PELTON_ADMIN_EMAIL is set',
    });
  return {
    email: checked(Email, email, 'PELTON_ADMIN_EMAIL', 'an e-mail address'),
    password: checked(Password, password, 'PELTON_ADMIN_PASSWORD', 'at least 10 characters'),
  };
}

function readFolders(list: string | undefined, name: string): string[] {
  const folders = list?.split(':').filter((folder) => folder !== '') ?? [];
  const relative = folders.find((folder) => !isAbsolute(folder));
  if (relative)
    throw new AppError('SETTING_WRONG', {
      name,
      reason: `${relative} is not an absolute path`,
      what: 'absolute folders with colons between',
    });
  return folders;
}

function checked<T>(schema: z.ZodType<T>, value: string, name: string, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new AppError('SETTING_WRONG', { name, reason: result.error.issues[0]?.message ?? 'it cannot be read', what });
}

function oneOf<T extends string>(value: string, name: string, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (!found) throw new AppError('SETTING_WRONG', { name, reason: `it is ${value}`, what: allowed.join(', ') });
  return found;
}

function integer(value: string, name: string, least: number, most: number): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least || number > most) {
    throw new AppError('SETTING_WRONG', {
      name,
      reason: `it is ${value}`,
      what: `a whole number from ${least} to ${most}`,
    });
  }
  return number;
}

/** The value of a URL may hold a password, so an error names only its scheme. */
function url(value: string | undefined, name: string, schemes: readonly string[]): string | undefined {
  if (value === undefined) return undefined;
  const scheme = /^([a-z+]+:)\/\//i.exec(value)?.[1]?.toLowerCase();
  if (scheme && schemes.includes(scheme)) return value;
  throw new AppError('SETTING_WRONG', {
    name,
    reason: scheme ? `it begins with ${scheme}//` : 'it is not a URL',
    what: `a URL that begins with ${schemes.map((s) => `${s}//`).join(' or ')}`,
  });
}
