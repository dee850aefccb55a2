import { AppError } from '@pelton/sdk';
import { isPattern, matcherOf } from '@pelton/tabular';
import { listNames } from './list-files.js';
import { type FileContext, type LocatedFile, locateFile } from './locate.js';
import type { StreamOptions } from './stream-options.js';

const MAX_MATCHES = 10_000;

/** The files of a stream. Those that somebody may still be writing are `waiting`. */
export interface FoundFiles {
  files: LocatedFile[];
  waiting: LocatedFile[];
}

/**
 * The file that a stream names, or all that its pattern means.
 * @param nowMs the time by which a file has settled
 * @throws FILE_NOT_FOUND, FILE_NOT_ALLOWED; PARAM_INVALID for more files than can be told apart
 */
export async function findFiles(context: FileContext, options: StreamOptions, nowMs: number): Promise<FoundFiles> {
  const { stream, settleSeconds } = options;
  if (!isPattern(stream)) return { files: [await locateFile(context, stream)], waiting: [] };
  const names = (await listNames(context)).filter(matcherOf(stream));
  if (names.length === 0) throw new AppError('FILE_NOT_FOUND', { path: stream });
  if (names.length > MAX_MATCHES) {
    const reason = `${names.length} files match ${stream}, more than ${MAX_MATCHES}. Write a narrower pattern`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason });
  }
  const found: FoundFiles = { files: [], waiting: [] };
  for (const name of names) {
    const file = await locateFile(context, name);
    const list = hasSettled(file, nowMs, settleSeconds * 1_000) ? found.files : found.waiting;
    list.push(file);
  }
  return found;
}

/** A time to come is that of another clock, and tells nothing. */
function hasSettled({ changedMs }: LocatedFile, nowMs: number, settleMs: number): boolean {
  const ageMs = nowMs - changedMs;
  return settleMs === 0 || ageMs >= settleMs || ageMs < -settleMs;
}
