import { createReadStream, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** Keeps a result on disk until it is whole. */
export interface HoldingFile {
  write(chunk: Buffer): Promise<void>;
  /** Gives back what was written. */
  read(): AsyncGenerator<Buffer, void, undefined>;
  /** Forgets it. */
  remove(): Promise<void>;
}

/** @param path a file that does not exist; it is made at the first write */
export function holdIn(path: string): HoldingFile {
  let handle: FileHandle | undefined;
  return {
    async write(chunk) {
      handle ??= await open(path, 'wx', 0o600);
      await handle.writeFile(chunk);
    },
    async *read() {
      if (handle) yield* createReadStream(path) as AsyncIterable<Buffer>;
    },
    async remove() {
      await handle?.close();
      rmSync(path, { force: true });
    },
  };
}
