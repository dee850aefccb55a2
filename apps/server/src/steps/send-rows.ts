import { setTimeout as pause } from 'node:timers/promises';
import { AppError, isAppError, type WriteMode } from '@pelton/contract';
import type { RowTarget } from '../connections/row-target.js';
import type { DestinationRows } from './destination-rows.js';

/** Pauses before the same rows are tried again. */
const RETRY_MS = [1_000, 4_000, 15_000];
/** What may be over in a moment; anything else has to be mended by a person. */
const TRANSIENT = new Set(['CONNECTION_FAILED', 'PLUGIN_FAILED']);

const FIRST_ROWS = 100;
const MOST_ROWS = 5_000;
const MOST_CHARACTERS = 4_000_000;
const QUICK_MS = 1_000;
const SLOW_MS = 5_000;

interface Sending {
  mode: WriteMode;
  keys: string[];
  /** The same for one step in one run, whatever the attempt. */
  id: string;
  signal: AbortSignal;
  /** Throws when the rows are somebody else's to send by now. */
  confirm: () => Promise<void>;
}

/** Hands all rows that are not through yet to their target, batch by batch, and notes after each what became of its rows. */
export async function sendRows(
  rows: DestinationRows,
  target: RowTarget,
  { mode, keys, id, signal, confirm }: Sending,
): Promise<void> {
  let size = FIRST_ROWS;
  for (let from = await rows.done(); from < rows.count;) {
    const records = await rows.read(from, size);
    const first = from;
    const ids = records.map((_record, index) => `${id}-${first + index}`);
    await confirm();
    const started = performance.now();
    const results = await withRetries(() => target.write({ mode, keys, records, ids }, signal), signal);
    const ms = performance.now() - started;
    await rows.note(from, results);
    from += results.length;
    size = nextSize({ size, ms, characters: JSON.stringify(records).length / records.length });
  }
}

/** Does work, and does it again after a while when what went wrong may pass. */
export async function withRetries<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const wait of RETRY_MS) {
    try {
      return await work();
    } catch (error) {
      if (!isAppError(error) || !TRANSIENT.has(error.code)) throw error;
      await pause(wait, undefined, { signal });
    }
  }
  return work();
}

/**
 * How many rows to hand over next: some seconds' worth, so that little is repeated after a death, and never more than
 * fits into memory.
 * @param batch.ms what the last batch took
 * @param batch.characters what one of its rows has as JSON
 */
export function nextSize({ size, ms, characters }: { size: number; ms: number; characters: number }): number {
  const wanted = ms < QUICK_MS ? size * 2 : ms > SLOW_MS ? size / 2 : size;
  return Math.max(1, Math.floor(Math.min(wanted, MOST_ROWS, MOST_CHARACTERS / characters)));
}

/** What stopped a step, with all that a person needs to mend it; what says so by itself, and what will pass, stays. */
export function failure(
  error: unknown,
  facts: { connection: string; target: string; done: number; rows: number },
): unknown {
  if (!isAppError(error) || ['PARAM_INVALID', 'SERVICE_DOWN'].includes(error.code)) return error;
  const { reason } = { reason: error.message, ...(error.code === 'CONNECTION_FAILED' && error.facts) };
  const told = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  return new AppError('DESTINATION_FAILED', { ...facts, reason: told }, { cause: error });
}
