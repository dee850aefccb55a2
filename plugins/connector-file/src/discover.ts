import { AppError, type StreamInfo } from '@pelton/sdk';
import { isText, openTable, type Profile, profile, profileBeginning } from '@pelton/tabular';
import { sourceOf } from './file-source.js';
import { listFiles } from './list-files.js';
import { type FileContext, locateFile } from './locate.js';
import { StreamOptions } from './stream-options.js';

const WHOLE_BYTES = 8_000_000;
const SAMPLE_ROWS = 1_000;

/**
 * The files that can be read, with their columns. Of a large text file only the beginning is looked at: its rows are
 * unknown then, and a column of numbers may still turn out to be text when the whole file is read.
 */
export async function discoverFiles(context: FileContext): Promise<StreamInfo[]> {
  const found = await inspectFiles(context);
  return found.flatMap((file) => ('profile' in file ? [{ name: file.name, title: file.name, ...file.profile }] : []));
}

type Found = Pick<Profile, 'columns' | 'rows'>;

/** What each file holds, or why it cannot be read. */
export async function inspectFiles(
  context: FileContext,
): Promise<({ name: string; profile: Found } | { name: string; error: AppError })[]> {
  const files: Awaited<ReturnType<typeof inspectFiles>> = [];
  for (const name of await listFiles(context)) {
    try {
      files.push({ name, profile: await inspect(context, name) });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      files.push({ name, error });
    }
  }
  return files;
}

async function inspect(context: FileContext, stream: string): Promise<Found> {
  const file = await openTable(sourceOf(await locateFile(context, stream)), StreamOptions.parse({ stream }));
  const { columns, rows } =
    isText(file) && file.bytes > WHOLE_BYTES ? await profileBeginning(file, SAMPLE_ROWS) : await profile(file);
  return { columns: columns.map(({ name, type }) => ({ name, type })), rows };
}
