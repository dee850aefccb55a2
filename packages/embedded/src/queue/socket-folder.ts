import { createHash } from 'node:crypto';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { EmbeddedError } from '../errors.js';
import { makePrivateFolder } from './data-folder.js';
import type { PostgresUser } from './postgres-user.js';

const SOCKET_NAME = '/.s.PGSQL.5432';
/** What the shortest of our systems allows for the path of a socket, in bytes. */
const LONGEST_PATH = 103;

/**
 * Makes the folder of PostgreSQL's unix socket: in the service's folder, or below /tmp when that path is too long
 * for a socket. The same folder gives the same path each time, so that the URL outlives a restart.
 */
export function openSocketFolder(folder: string, user: PostgresUser): string {
  const own = join(folder, 'run');
  const isShort = Buffer.byteLength(own + SOCKET_NAME) <= LONGEST_PATH;
  const path = isShort ? own : `/tmp/pelton-${createHash('sha256').update(folder).digest('hex').slice(0, 16)}`;
  makePrivateFolder(path, user);
  const { uid, mode } = lstatSync(path);
  const owner = user.uid ?? process.getuid?.();
  if (uid === owner && (mode & 0o170777) === 0o040700) return path;
  throw new EmbeddedError('EMBEDDED_NOT_STARTED', `The folder ${path} does not belong to Pelton. Remove it.`, { path });
}
