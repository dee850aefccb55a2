import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { EmbeddedError } from '../errors.js';
import { findClosedFolder, type PostgresUser } from './postgres-user.js';

export const DATABASE_USER = 'pelton';

/** Environment of PostgreSQL's programs: nothing of ours. */
export const POSTGRES_ENVIRONMENT = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' };

/**
 * Makes the folder of the database on first use.
 * @param folder holds the database in `data` and its password, mode 0600, in `password`
 * @returns where the database is, and the password of its user
 * @throws EMBEDDED_FOLDER_UNREACHABLE when PostgreSQL's user cannot get there
 */
export async function openDataFolder(
  folder: string,
  binaries: string,
  user: PostgresUser,
): Promise<{ data: string; password: string }> {
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  if (user.uid !== undefined) admit(folder);
  if (!existsSync(data)) {
    writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
    await initialise(data, readFileSync(passwordFile, 'utf8'), binaries, user);
  }
  return { data, password: readFileSync(passwordFile, 'utf8') };
}

/** Makes a folder that only PostgreSQL's user may look into. */
export function makePrivateFolder(folder: string, user: PostgresUser): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
}

function admit(folder: string): void {
  chmodSync(folder, 0o711);
  const closed = findClosedFolder(folder);
  if (!closed) return;
  throw new EmbeddedError(
    'EMBEDDED_FOLDER_UNREACHABLE',
    `PostgreSQL does not run as root; the user nobody, as whom it runs then, cannot pass ${closed} to reach ${folder}. ` +
      `Run Pelton as an ordinary user, choose another data folder (PELTON_DATA), or allow passing: chmod o+x ${closed}`,
    { folder, closed },
  );
}

async function initialise(data: string, password: string, binaries: string, user: PostgresUser): Promise<void> {
  const draft = `${data}-new`; // an interrupted initdb must not look like a database
  rmSync(draft, { recursive: true, force: true });
  makePrivateFolder(draft, user);
  const passwordFile = join(draft, '..', 'password-new');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) chownSync(passwordFile, user.uid, user.gid);
  const words = ['-D', draft, '-U', DATABASE_USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const options = ['-E', 'UTF8', '--locale=C', '--no-sync', '--no-instructions'];
  const settings = { ...user, env: POSTGRES_ENVIRONMENT, cwd: draft };
  try {
    await promisify(execFile)(join(binaries, 'initdb'), [...words, ...options], settings);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, data);
}
