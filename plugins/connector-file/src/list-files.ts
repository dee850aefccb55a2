import { readdir } from 'node:fs/promises';
import { AppError } from '@pelton/sdk';
import { hasKnownEnding } from '@pelton/tabular';
import { type FileContext, locateFolder, MAX_DEPTH } from './locate.js';

/** More files than this are not listed; each can still be read by its name. */
export const MAX_FILES = 500;

/**
 * Names of the files that end like one that can be read, of the folder and of its folders, in order.
 * @throws FOLDER_NOT_FOUND or FILE_NOT_ALLOWED for the folder itself
 */
export async function listFiles(context: FileContext): Promise<string[]> {
  return (await listNames(context)).filter(hasKnownEnding).slice(0, MAX_FILES);
}

/** Names of all files of the folder and of its folders, in order; hidden ones are left out. */
export async function listNames(context: FileContext): Promise<string[]> {
  const folder = await locateFolder(context).catch((error: unknown) => {
    if (context.config.source === 'uploads' && error instanceof AppError && error.code === 'FOLDER_NOT_FOUND')
      return null;
    throw error;
  });
  return folder === null ? [] : namesIn(folder, '', 0);
}

async function namesIn(folder: string, prefix: string, depth: number): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(({ name }) => !name.startsWith('.'))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  const found: string[] = [];
  for (const entry of entries) {
    const name = prefix + entry.name;
    if (!entry.isDirectory()) found.push(name);
    else if (depth < MAX_DEPTH) found.push(...(await namesIn(`${folder}/${entry.name}`, `${name}/`, depth + 1)));
  }
  return found;
}
