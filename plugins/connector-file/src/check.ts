import { AppError } from '@pelton/sdk';
import { inspectFiles } from './discover.js';
import { type FileContext, folderTitle } from './locate.js';

/** Looks whether the folder is there and may be read, and says how many of its files can be read and which cannot. */
export async function checkFolder(context: FileContext): Promise<{ ok: boolean; message: string }> {
  try {
    const files = await inspectFiles(context);
    const errors = files.flatMap((file) => ('error' in file ? [file.error] : []));
    const readable = files.length - errors.length;
    return { ok: true, message: [summary(folderTitle(context), readable), ...reasons(errors)].join(' ') };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    if (isSystemError(error)) return { ok: false, message: `${folderTitle(context)} cannot be read: ${error.code}.` };
    throw error;
  }
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
