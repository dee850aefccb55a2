import { AppError } from '@pelton/sdk';
import { inspectFiles } from './discover.js';
import { type FileContext, folderTitle, locateExports } from './locate.js';

/** Looks whether the folder is there and may be read, and says how many of its files can be read and which cannot. */
export async function checkFolder(context: FileContext): Promise<{ ok: boolean; message: string }> {
  try {
    const files = await inspectFiles(context);
    const errors = files.flatMap((file) => ('error' in file ? [file.error] : []));
    const readable = files.length - errors.length;
    return { ok: true, message: [summary(folderTitle(context), readable), ...reasons(errors)].join(' ') };
  } catch (error) {
    if (error instanceof AppError) return (await checkExports(context, error)) ?? { ok: false, message: error.message };
    if (isSystemError(error)) return { ok: false, message: `${folderTitle(context)} cannot be read: ${error.code}.` };
    throw error;
  }
}

/** A folder that may be written to, and not read, is a fine one too. */
async function checkExports(context: FileContext, { code }: AppError): Promise<{ ok: true; message: string } | null> {
  if (code !== 'FILE_NOT_ALLOWED') return null;
  const isThere = await locateExports(context).then(
    () => true,
    () => false,
  );
  return isThere ? { ok: true, message: `Files can be written to ${folderTitle(context)}, not read from it.` } : null;
}

function summary(folder: string, readable: number): string {
  if (readable === 0) return `There is no file to read in ${folder} yet. Add a CSV, TSV, JSON lines or Parquet file.`;
  return readable === 1 ? `1 file can be read in ${folder}.` : `${readable} files can be read in ${folder}.`;
}

function reasons(errors: AppError[]): string[] {
  const shown = errors.slice(0, 3).map((error) => error.message);
  return errors.length > 3 ? [...shown, `${errors.length - 3} more files cannot be read.`] : shown;
}

function isSystemError(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
