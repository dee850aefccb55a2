import type { MessageEvent } from '@nestjs/common';
import { isRunOver, type Run } from '@pelton/contract';
import { pauseUnless } from '../common/followed.js';

const LOOK_EVERY_MS = 250;

/** The run each time that it changed, until it is over. It looks into the document, so it sees what any worker does. */
export async function* followRun(find: () => Promise<Run>, left: AbortSignal): AsyncGenerator<MessageEvent> {
  let seen = 0;
  while (!left.aborted) {
    const run = await find();
    if (run.revision !== seen) yield { type: 'run', id: String(run.revision), data: run };
    seen = run.revision;
    if (isRunOver(run)) return;
    await pauseUnless(left, LOOK_EVERY_MS);
  }
}
