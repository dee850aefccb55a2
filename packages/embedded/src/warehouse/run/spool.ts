import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Up to here a body is collected in memory and written at once. */
const SMALL_BYTES = 256 * 1024;

/**
 * Writes a body to a file. An INSERT begins when its body is complete: one that breaks off leaves no rows, and a slow
 * one holds no place in the engine.
 */
export async function spool(body: AsyncIterable<Buffer>, file: string): Promise<void> {
  const iterator = body[Symbol.asyncIterator]();
  const chunks: Buffer[] = [];
  for (let size = 0; size < SMALL_BYTES;) {
    const step = await iterator.next();
    if (step.done) return writeFile(file, Buffer.concat(chunks), { mode: 0o600 });
    chunks.push(step.value);
    size += step.value.length;
  }
  const rest = async function* () {
    yield* chunks;
    yield* { [Symbol.asyncIterator]: () => iterator };
  };
  await pipeline(Readable.from(rest(), { objectMode: false }), createWriteStream(file, { mode: 0o600 }));
}
