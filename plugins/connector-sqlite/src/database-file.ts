import { realpath } from 'node:fs/promises';
import { isAbsolute, join, relative, sep } from 'node:path';
import { AppError, type ConnectorContext, isAppError } from '@pelton/sdk';
import type sqlite from 'node-sqlite3-wasm';
import { z } from 'zod';

export const ConnectionConfig = z.strictObject({
  file: z
    .string()
    .min(1)
    .meta({
      title: 'File',
      description: 'Name of an uploaded file, or an absolute path in a folder that an admin allows.',
      ui: { placeholder: 'shop.db' },
    }),
});
export type SqliteContext = ConnectorContext<z.output<typeof ConnectionConfig>>;
export type Database = InstanceType<typeof sqlite.Database>;

/**
 * Opens the file to read only.
 * @throws FILE_NOT_ALLOWED, FILE_NOT_FOUND, CONNECTION_FAILED when it is no database
 */
export async function openFile(context: SqliteContext): Promise<Database> {
  const path = await locate(context);
  const { Database: SqliteDatabase } = (await import('node-sqlite3-wasm')).default; // not before it is needed
  try {
    return new SqliteDatabase(path, { readOnly: true, fileMustExist: true });
  } catch (error) {
    throw explain(context, error);
  }
}

export function explain({ config }: SqliteContext, error: unknown): Error {
  if (isAppError(error) || !(error instanceof Error)) return error as Error; // the library throws errors only
  const isOther = /not a database/.test(error.message);
  const reason = isOther ? 'it is not a SQLite database. Check the file' : error.message;
  return new AppError('CONNECTION_FAILED', { connection: config.file, reason: `${reason}.` }, { cause: error });
}

async function locate({ config, files }: SqliteContext): Promise<string> {
  const { file } = config;
  const refused = new AppError('FILE_NOT_ALLOWED', { path: file, folders: files.allowed });
  if (file.split(/[\\/]/).includes('..')) throw refused;
  const folders = isAbsolute(file) ? files.allowed : [files.uploads];
  const wanted = isAbsolute(file) ? file : join(files.uploads, file);
  // A path outside is refused before it is looked for, so that nobody learns from the answer what exists there.
  if (!folders.some((folder) => isInside(folder, wanted))) throw refused;
  const path = await realpath(wanted).catch((cause: unknown) => {
    throw new AppError('FILE_NOT_FOUND', { path: file }, { cause });
  });
  const real = await Promise.all(folders.map((folder) => realpath(folder).catch(() => undefined)));
  if (!real.some((folder) => folder !== undefined && isInside(folder, path))) throw refused;
  return path;
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
