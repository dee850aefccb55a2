import { type FileHandle, open } from 'node:fs/promises';
import { AppError } from '@pelton/sdk';
import type { FileSource } from '@pelton/tabular';
import type { LocatedFile } from './locate.js';

// In small pieces the rows die young: pieces of 1 MB make the garbage collector take half of the time.
const PIECE_BYTES = 65_536;

/** A file of this machine as its bytes. */
export function sourceOf(file: LocatedFile): FileSource {
  const { name, path, bytes, modifiedMs } = file;
  return {
    ...{ name, bytes, version: JSON.stringify([path, bytes, modifiedMs]) },
    async *stream() {
      const handle = await openHandle(file);
      try {
        yield* handle.createReadStream({ highWaterMark: PIECE_BYTES, autoClose: false }) as AsyncIterable<Buffer>; // no encoding is set
        await refuseChange(handle, file);
      } finally {
        await handle.close();
      }
    },
    async slice(start, end) {
      const handle = await openHandle(file);
      try {
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
        await refuseChange(handle, file);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

function openHandle({ name, path }: LocatedFile): Promise<FileHandle> {
  return open(path).catch((cause: unknown) => {
    const reason = `${name} cannot be opened. Give Pelton the right to read it`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason }, { cause });
  });
}

async function refuseChange(handle: FileHandle, { name, bytes, modifiedMs }: LocatedFile): Promise<void> {
  const now = await handle.stat();
  if (now.size !== bytes || now.mtimeMs !== modifiedMs) throw new AppError('FILE_CHANGED', { file: name });
}
