import { z } from 'zod';
import type { ConnectorMessage } from './define/connector.js';

/** How far an incremental read by a cursor column got. A state of another column does not count. */
const CursorState = z.object({ cursor: z.string(), value: z.union([z.string(), z.number()]) });

/** Where to go on: the last value of the cursor, or undefined to begin with everything. */
export function cursorValue(cursor: string, state: unknown): string | number | undefined {
  const read = CursorState.safeParse(state);
  return read.success && read.data.cursor === cursor ? read.data.value : undefined;
}

/** Rows of one and the same cursor value that are held back at most. */
const MOST_HELD = 100_000;

/**
 * Batches of rows, in the order of a cursor, as messages: each batch with the state that stands for it. Rows that share
 * the last value wait for the next batch, so that a read which goes on after that value misses none of them.
 * @param valueOf the cursor of a row; a null is passed over, since nothing can be told from it
 */
export async function* withCursorStates<R extends Record<string, unknown>>(
  batches: AsyncIterable<R[]>,
  cursor: string,
  valueOf: (row: R) => string | number | null = (row) => row[cursor] as string | number | null, // what a source gives for an ordered column
): AsyncGenerator<ConnectorMessage> {
  let held: R[] = [];
  for await (const batch of batches) {
    const rows = held.length > 0 ? [...held, ...batch] : batch;
    const last = rows.at(-1);
    const cut = last ? rows.findIndex((row) => valueOf(row) === valueOf(last)) : 0;
    held = cut === 0 && rows.length > MOST_HELD ? [] : rows.slice(cut);
    if (cut > 0) yield* messages(rows.slice(0, cut));
    else if (held.length === 0 && rows.length > 0) yield { type: 'RECORDS', records: rows };
  }
  if (held.length > 0) yield* messages(held);

  function* messages(records: R[]): Generator<ConnectorMessage> {
    yield { type: 'RECORDS', records };
    const reached = records.findLast((row) => valueOf(row) !== null);
    if (reached) yield { type: 'STATE', state: { cursor, value: valueOf(reached) } };
  }
}

/** Rows one by one, gathered into batches. */
export async function* inBatches<R>(rows: AsyncIterable<R> | Iterable<R>, size = 1_000): AsyncGenerator<R[]> {
  let batch: R[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
