import { AppError } from '@pelton/sdk';
import type { Fetched } from './fetch-messages.js';
import type { Message } from './message-row.js';

/** How long nothing may come before the end is reached. */
const PATIENCE_MS = 30_000;
/**
 * An answer of nothing below the end of what is committed is made of batches that compacting left empty. It does not say
 * how far they reach, so one offset is passed over at a time.
 */
const EMPTY_STEP = 1n;

/** What was read of a partition, and the offset to go on from. */
export interface Piece {
  messages: Message[];
  next: bigint;
}

/**
 * The messages from one offset up to, but not with, another. Offsets without a message are passed over: compacting
 * removes messages, and marks of transactions have offsets too. It ends before the end when nothing comes for half a
 * minute, though the broker says that there is something.
 * @param fetch asks once from an offset on
 * @throws CONNECTION_FAILED when the broker knows nothing of the offset for half a minute
 */
export async function* readPartition(
  fetch: (offset: bigint) => Promise<Fetched>,
  { from, end, where }: { from: bigint; end: bigint; where: string },
  now: () => number = () => performance.now(),
): AsyncGenerator<Piece> {
  let offset = from;
  let lastAt = now();
  while (offset < end) {
    const { messages, next, stable } = await fetch(offset);
    const isThere = stable !== null && offset < stable;
    if (next > offset) lastAt = now();
    else if (now() - lastAt > PATIENCE_MS && isThere) return;
    else if (now() - lastAt > PATIENCE_MS) throw lost(where, offset, end);
    const reached = next > offset ? next : offset + (isThere ? EMPTY_STEP : 0n);
    if (reached === offset) continue;
    offset = reached < end ? reached : end;
    yield { messages: messages.filter((message) => BigInt(message.offset) < end), next: offset };
  }
}

function lost(where: string, offset: bigint, end: bigint): AppError {
  const reason = `for half a minute it has known nothing of ${where} from offset ${offset} on, though it told of ${end}. Look after the brokers, and run again.`;
  return new AppError('CONNECTION_FAILED', { connection: 'Kafka', reason });
}
