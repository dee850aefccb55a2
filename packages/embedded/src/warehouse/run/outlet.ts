import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A small result is complete before it is worth while to set up a reader that waits. */
const QUICK_MS = 3;
/** What a pipe holds at most while nobody reads. */
const PIPE_BYTES = 64 * 1024;

/**
 * Reads what the engine writes into a named pipe, until the query is done. The engine writes no faster than this is
 * read. Leaving early closes the pipe; the engine then runs on without output until it is told to stop.
 * @param running settles when the engine has closed the pipe, or never opened it
 */
export async function* readOutlet(pipe: string, running: Promise<unknown>): AsyncGenerator<Buffer, void, undefined> {
  const settled = running.then(
    () => true,
    () => true,
  );
  const reading = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const timer = new AbortController();
  const isQuick = await Promise.race([settled, sleep(QUICK_MS, false, { signal: timer.signal }).catch(() => false)]);
  timer.abort();
  if (isQuick) {
    yield* drain(reading);
    return;
  }
  // Holding the writer's end open makes the end of the file the end of the query, even before the engine opens it.
  const holding = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  void settled.then(() => closeSync(holding));
  const socket = new Socket({ fd: reading, readable: true, writable: false });
  yield* socket as AsyncIterable<Buffer>;
}

function* drain(reading: number): Generator<Buffer, void, undefined> {
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(PIPE_BYTES);
      const size = readSync(reading, buffer);
      if (size === 0) return;
      yield buffer.subarray(0, size);
    }
  } finally {
    closeSync(reading);
  }
}
