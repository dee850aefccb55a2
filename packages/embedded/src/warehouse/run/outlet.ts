import { EventEmitter } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** The reading end of a named pipe into which the engine writes the result of one query. */
export interface Outlet {
  /**
   * Gives what the engine writes, until the query is done; the engine writes no faster than this is read. Whoever
   * leaves early has to stop the query: until it has ended, what it still writes is thrown away.
   * @param running settles when the engine has closed the pipe, or never opened it
   */
  read(running: Promise<unknown>): AsyncGenerator<Buffer, void, undefined>;
  /** Resolves when nothing reads from the pipe any more, so that another query may have it. */
  closed: Promise<void>;
}

/** A small result is complete before it is worth while to set up a reader that waits. */
const QUICK_MS = 3;
/** What a pipe holds at most while nobody reads. */
const PIPE_BYTES = 64 * 1024;

/**
 * Opens both ends before the query starts. Without a reader, the engine would wait for one and could not be stopped;
 * with a writer besides the engine, the end of the file is the end of the query, even before the engine opens it.
 */
export function openOutlet(pipe: string): Outlet {
  const reading = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
  const holding = openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK);
  const closing = new EventEmitter();
  return {
    closed: new Promise((resolve) => closing.once('close', resolve)),
    async *read(running) {
      const release = () => {
        closeSync(holding);
        return true;
      };
      const isQuick = await Promise.race([running.then(release, release), sleep(QUICK_MS, false)]);
      if (isQuick) yield* drain(reading, closing);
      else yield* follow(reading, closing);
    },
  };
}

function* drain(reading: number, closing: EventEmitter): Generator<Buffer, void, undefined> {
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(PIPE_BYTES);
      const size = readSync(reading, buffer);
      if (size === 0) return;
      yield buffer.subarray(0, size);
    }
  } finally {
    closeSync(reading);
    closing.emit('close');
  }
}

async function* follow(reading: number, closing: EventEmitter): AsyncGenerator<Buffer, void, undefined> {
  const socket = new Socket({ fd: reading, readable: true, writable: false });
  socket.on('error', () => {});
  socket.once('close', () => closing.emit('close'));
  try {
    yield* socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  } finally {
    socket.resume(); // to the end, at which it closes itself
  }
}
