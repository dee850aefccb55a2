import type { RejectedEvent } from '@pelton/contract';
import type { Batch } from '../protocols/batch.js';
import type { Sender } from '../sender.js';
import type { ArrivedBatch, ArrivedCall } from './arrived-calls.js';

/** What became of the calls of a batch, by their places in it: the rows that were stored, and why others were not. */
export interface Outcome {
  taken: readonly { index: number; event: { line: string } }[];
  rejected: readonly RejectedEvent[];
}

export function arrivedBatch(
  { keyId, address, bodyLength }: Sender,
  batch: Batch,
  receivedAt: number,
  outcome: Outcome,
): ArrivedBatch {
  const sent = batch.sent ?? batch.originals ?? batch.calls;
  const call = (index: number, became: Pick<ArrivedCall, 'line' | 'refused'>) => ({
    index,
    call: { receivedAt, keyId, address, source: batch.source, sent: sent[index], ...became },
  });
  return {
    ...{ count: outcome.taken.length + outcome.rejected.length, receivedAt },
    bytes: 2 * bodyLength, // as it came, and as it is stored
    calls: () =>
      [
        ...outcome.taken.map(({ index, event }) => call(index, { line: event.line, refused: undefined })),
        ...outcome.rejected.map(({ index, code, reason }) =>
          call(index, { line: undefined, refused: { code, reason } }),
        ),
      ]
        .sort((a, b) => a.index - b.index)
        .map((one) => one.call),
  };
}
