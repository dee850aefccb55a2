import { randomInt } from 'node:crypto';
import { CommandError } from '../command-error.js';
import type { BatchReply, Reply } from '../protocol/reply.js';
import type { Cursor } from './cursor.js';

/** MongoDB's default size of a first batch. */
const defaultFirstBatch = 101;
const idleMs = 600_000;

interface OpenCursor {
  readonly cursor: Cursor;
  lastUsedAt: number;
}

/** The cursors that clients have not read to their end. */
export class Cursors {
  private readonly open = new Map<bigint, OpenCursor>();

  /** The first batch of a cursor, which is kept if there is more. */
  async start(cursor: Cursor, batchSize: number | undefined, isSingle = false): Promise<Reply> {
    const documents = await cursor.next(batchSize ?? defaultFirstBatch);
    if (!cursor.isDone && !isSingle) return this.keep(cursor, documents);
    await cursor.close();
    return batch('firstBatch', cursor, documents, 0n);
  }

  /**
   * The next batch.
   * @throws CursorNotFound when it was read to its end, killed or forgotten
   * @throws CursorInUse when another command reads it at this moment
   */
  async more(id: bigint, batchSize: number | undefined, prepare: (cursor: Cursor) => void): Promise<Reply> {
    const entry = this.open.get(id);
    if (!entry) throw new CommandError('CursorNotFound', `cursor id ${id} not found`);
    const { cursor } = entry;
    if (cursor.isInUse) throw new CommandError('CursorInUse', `cursor id ${id} is already in use`);
    entry.lastUsedAt = Date.now();
    prepare(cursor);
    let documents: Buffer[];
    try {
      documents = await cursor.next(batchSize || Infinity);
    } catch (error) {
      await this.kill(id);
      throw error;
    }
    if (cursor.isDone) this.open.delete(id);
    return batch('nextBatch', cursor, documents, cursor.isDone ? 0n : id);
  }

  /** Forgets a cursor; false if there is none of that number. */
  async kill(id: bigint): Promise<boolean> {
    const entry = this.open.get(id);
    this.open.delete(id);
    if (entry && !entry.cursor.isInUse) await entry.cursor.close();
    return entry !== undefined;
  }

  /** Forgets cursors that nobody has read for ten minutes. */
  async sweep(now: number): Promise<void> {
    for (const [id, { lastUsedAt }] of this.open) if (now - lastUsedAt > idleMs) await this.kill(id);
  }

  private keep(cursor: Cursor, documents: Buffer[]): Reply {
    const id = BigInt(randomInt(1, 2 ** 47));
    this.open.set(id, { cursor, lastUsedAt: Date.now() });
    return batch('firstBatch', cursor, documents, id);
  }
}

function batch(field: BatchReply['field'], cursor: Cursor, documents: Buffer[], cursorId: bigint): Reply {
  return { kind: 'batch', field, documents, cursorId, namespace: cursor.namespace };
}
