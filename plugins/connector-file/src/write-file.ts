import { createHash, randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { AppError, type WriteBatch, type WriteResult } from '@pelton/sdk';
import { formatCsv, formatJsonLines } from './format-rows.js';
import { type FileContext, isInside, isPlainName, locateExports, realpathOf } from './locate.js';
import type { TargetOptions } from './target-options.js';

const FILE_MODE = 0o640;
const DIGITS = 6;
const PART = /^-(\d+)((?:-[0-9a-f]{12})?\.\w+)$/;
const MARK_LENGTH = 12;

/**
 * Writes the rows into the next numbered file. It appears under its name when all of it is on disk, and takes no other's
 * place; a link that waits there under the name is passed over. Rows that are given again, as after a death, are known by
 * the mark of their ids in the name, and not written twice.
 * @throws FILE_NOT_WRITABLE
 */
export async function writeFile(
  context: FileContext,
  { file }: TargetOptions,
  { records, ids }: WriteBatch,
): Promise<WriteResult[]> {
  if (records.length === 0) return [];
  const folder = await folderOf(context, file);
  const temporary = join(folder, `.${randomUUID()}.part`);
  try {
    await writeDurably(temporary, file.endsWith('.csv') ? formatCsv(records) : formatJsonLines(records));
    await publish(temporary, folder, basename(file), ids ? `-${markOf(ids)}` : '');
  } finally {
    await rm(temporary, { force: true });
  }
  await syncFolder(folder);
  return records.map(() => ({ ok: true }));
}

/** The folder that the file goes to, made when it is not there. */
async function folderOf(context: FileContext, file: string): Promise<string> {
  const root = await locateExports(context);
  const refused = new AppError('FILE_NOT_WRITABLE', { path: file, folders: [context.config.folder ?? ''] });
  if (!isPlainName(file)) throw refused;
  const wanted = join(root, dirname(file));
  await mkdir(wanted, { recursive: true }).catch(() => undefined); // the next line tells what stands in its way
  const folder = await realpathOf(wanted, refused);
  if (folder !== wanted || !isInside(root, folder)) throw refused;
  return folder;
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'wx', FILE_MODE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function markOf(ids: string[]): string {
  return createHash('sha256').update(JSON.stringify(ids)).digest('hex').slice(0, MARK_LENGTH);
}

/** A link to a name that is taken fails, so two writers never get the same number; a rename would replace the other's. */
async function publish(temporary: string, folder: string, name: string, mark: string): Promise<void> {
  const stem = name.slice(0, -extname(name).length);
  const ending = `${mark}${extname(name)}`;
  const parts = (await readdir(folder)).flatMap((each) => {
    const [, number, rest] = each.startsWith(`${stem}-`) ? (PART.exec(each.slice(stem.length)) ?? []) : [];
    return number === undefined ? [] : [{ number: Number(number), rest }];
  });
  if (mark !== '' && parts.some(({ rest }) => rest === ending)) return;
  let number = parts.reduce((largest, each) => Math.max(largest, each.number), 0);
  for (;;) {
    number += 1;
    try {
      return await link(temporary, join(folder, `${stem}-${String(number).padStart(DIGITS, '0')}${ending}`));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}

/** The new name is durable only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
