import { realpath, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { AppError, type ConnectorContext } from '@pelton/sdk';
import type { ConnectionConfig } from './connection-config.js';

export type FileContext = ConnectorContext<ConnectionConfig>;

/** A file that may be read: `name` as a stream names it, `path` without links. */
export interface LocatedFile {
  name: string;
  path: string;
  bytes: number;
  modifiedMs: number;
  /** When its bytes, name or rights last changed; unlike `modifiedMs` nobody can set it. */
  changedMs: number;
}

/** How many folders may stand before the name of a file. */
export const MAX_DEPTH = 1;

/**
 * The folder of a connection, without links.
 * @throws FILE_NOT_ALLOWED when it lies outside the allowed folders, FOLDER_NOT_FOUND when it is not there
 */
export async function locateFolder({ config, files }: FileContext): Promise<string> {
  if (config.source === 'uploads') return realpathOf(files.uploads, missingFolder('of uploads'));
  const wanted = config.folder ?? '';
  return folderWithin(
    wanted,
    files.allowed,
    new AppError('FILE_NOT_ALLOWED', { path: wanted, folders: files.allowed }),
  );
}

/**
 * The folder of a connection to write to, without links.
 * @throws FILE_NOT_WRITABLE when it lies outside the folders for it, FOLDER_NOT_FOUND when it is not there
 */
export async function locateExports({ config, files: { exports = [] } }: FileContext): Promise<string> {
  const wanted = config.source === 'folder' ? (config.folder ?? '') : 'The folder of uploads';
  return folderWithin(wanted, exports, new AppError('FILE_NOT_WRITABLE', { path: wanted, folders: exports }));
}

async function folderWithin(wanted: string, roots: string[], refused: AppError): Promise<string> {
  if (!isAbsolute(wanted) || wanted.split(/[\\/]/).includes('..')) throw refused;
  const allowed = await Promise.all(roots.map((folder) => realpath(folder).catch(() => null)));
  // A path outside is refused before it is looked for, so that nobody learns from the answer what exists there.
  if (![...roots, ...allowed].some((folder) => folder !== null && isInside(folder, wanted))) throw refused;
  const folder = await realpathOf(wanted, missingFolder(wanted));
  if (!allowed.some((root) => root !== null && isInside(root, folder))) throw refused;
  return folder;
}

/**
 * The file that a stream names, when it really lies in the connection's folder.
 * @throws FILE_NOT_ALLOWED for a name or a link that leads outside, FILE_NOT_FOUND when it is not there
 */
export async function locateFile(context: FileContext, name: string): Promise<LocatedFile> {
  const folder = await locateFolder(context);
  const refused = new AppError('FILE_NOT_ALLOWED', { path: name, folders: [folderTitle(context)] });
  if (!isPlainName(name)) throw refused;
  const path = await realpathOf(join(folder, name), new AppError('FILE_NOT_FOUND', { path: name }));
  if (!isInside(folder, path)) throw refused;
  const found = await stat(path);
  if (!found.isFile()) throw new AppError('FILE_NOT_FOUND', { path: name });
  return { name, path, bytes: found.size, modifiedMs: found.mtimeMs, changedMs: found.ctimeMs };
}

/** Whether a name stays in its folder, at most one folder deep. */
export function isPlainName(name: string): boolean {
  const parts = name.split('/');
  return !/[\\\0]/.test(name) && parts.length <= MAX_DEPTH + 1 && !parts.some((part) => ['', '.', '..'].includes(part));
}

/** What a person calls the folder of a connection. */
export function folderTitle({ config }: FileContext): string {
  return config.source === 'uploads' ? 'the uploaded files' : (config.folder ?? '');
}

function missingFolder(folder: string): AppError {
  return new AppError('FOLDER_NOT_FOUND', { folder });
}

export async function realpathOf(path: string, missing: AppError): Promise<string> {
  try {
    return await realpath(path);
  } catch (cause) {
    throw isMissing(cause) ? missing : cause;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ENOENT', 'ENOTDIR'].includes(String(error.code));
}

export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
