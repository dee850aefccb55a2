import { open } from 'node:fs/promises';
import { AppError } from '@pelton/sdk';
import { chooseFormat, type FileFormat } from './file-format.js';
import { type FileContext, type LocatedFile, locateFile } from './locate.js';
import { refuseDisguise } from './refuse-disguise.js';
import type { StreamOptions } from './stream-options.js';

/** A file that is there, may be read and begins like its format. */
export interface OpenedFile<F extends FileFormat = FileFormat> extends LocatedFile {
  format: F;
}

const HEAD_BYTES = 65_536;

/**
 * Finds the file of a stream and looks at its first bytes.
 * @throws FILE_NOT_FOUND, FILE_NOT_ALLOWED, FILE_NOT_AS_NAMED
 */
export async function openFile(context: FileContext, options: StreamOptions): Promise<OpenedFile> {
  const file = await locateFile(context, options.stream);
  const head = await readHead(file);
  const opened = { ...file, format: chooseFormat(file.name, options, head) };
  refuseDisguise(opened, head);
  return opened;
}

async function readHead({ name, path }: LocatedFile): Promise<Buffer> {
  const handle = await open(path).catch((cause: unknown) => {
    const reason = `${name} cannot be opened. Give Pelton the right to read it`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason }, { cause });
  });
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}
