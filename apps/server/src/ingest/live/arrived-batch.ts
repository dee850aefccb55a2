import type { RejectCode } from '@pelton/contract';
import type { Batch } from '../protocols/batch.js';
import type { Sender } from '../sender.js';
import type { ArrivedCall } from './arrived-calls.js';

/** What became of the call at a place of a batch: the row that was stored, or why it was refused. */
export type Outcome = { index: number } & ({ line: string } | { refused: { code: RejectCode; reason: string } });

/** The calls of a batch in the order in which they stood there. */
export function arrivedCalls(
  { keyId, address, bodyLength }: Sender,
  batch: Batch,
  receivedAt: number,
  outcomes: readonly Outcome[],
): ArrivedCall[] {
  const sent = batch.sent ?? batch.originals ?? batch.calls;
  const share = Math.ceil(bodyLength / Math.max(1, batch.calls.length));
  return outcomes
    .toSorted((a, b) => a.index - b.index)
    .map((outcome) => {
      const line = 'line' in outcome ? outcome.line : undefined;
      return {
        ...{ receivedAt, keyId, address, source: batch.source, sent: sent[outcome.index], line },
        bytes: share + (line?.length ?? 0),
        refused: 'refused' in outcome ? outcome.refused : undefined,
      };
    });
}
