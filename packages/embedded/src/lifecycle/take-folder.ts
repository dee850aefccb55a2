import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from '../errors.js';
import { type Holder, lockFolder } from './folder-lock.js';
import { isRunning, type ProcessIdentity, processSpace } from './process-identity.js';

/** An orphan notices by itself that its parent died; only one that hangs is killed. */
const ORPHAN_GRACE_MS = 3_000;
const POLL_MS = 20;

/**
 * Takes the folder of one service, after any orphan of a dead Pelton has left it.
 * @returns the function that gives the folder back
 * @throws EMBEDDED_IN_USE when a living Pelton's service has the folder
 */
export async function takeFolder(folder: string, parent: ProcessIdentity): Promise<() => void> {
  const patience = performance.now() + ORPHAN_GRACE_MS;
  for (;;) {
    const attempt = await lockFolder(folder, parent);
    if (attempt.kind === 'locked') return attempt.release;
    const { holder } = attempt;
    if (holder.parent && holder.parent.pid !== parent.pid && isRunning(holder.parent)) {
      throw inUse(folder, holder.parent.pid);
    }
    if (performance.now() > patience) kill(holder);
    await sleep(POLL_MS);
  }
}

/** The refusal that names the folder, who has it, and what to do. */
export function inUse(folder: string, pid: number): EmbeddedError {
  return new EmbeddedError(
    'EMBEDDED_IN_USE',
    `The data folder ${folder} is in use by another Pelton, process ${pid}. ` +
      'Stop that one first, or give this one a data folder of its own (PELTON_DATA).',
    { folder, pid },
  );
}

function kill(orphan: Holder): void {
  if (orphan.space !== processSpace()) return; // a number that means another process here
  try {
    process.kill(orphan.pid, 'SIGKILL');
  } catch {
    // it went at this very moment
  }
}
