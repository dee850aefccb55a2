import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The user as whom PostgreSQL runs; empty where it runs as we do. */
export interface PostgresUser {
  uid?: number;
  gid?: number;
}

/** PostgreSQL refuses to run as root: there the system's user `nobody` runs it. */
export function findPostgresUser(): PostgresUser {
  if (process.getuid?.() !== 0) return {};
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith('nobody:'));
  const [, , uid, gid] = entry?.split(':') ?? [];
  // Where nobody is numbered -2, the kernel means the unsigned number.
  return { uid: Number(uid ?? 65_534) >>> 0, gid: Number(gid ?? 65_534) >>> 0 };
}

/** @returns the innermost folder on the way to a path that other users may not pass, or undefined */
export function findClosedFolder(path: string): string | undefined {
  for (let folder = path; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(folder) && !(statSync(folder).mode & 0o001)) return folder;
  }
  return undefined;
}
