import { setTimeout as sleep } from 'node:timers/promises';
import { type ChildSpec, launch } from './launch.js';
import type { ToChild } from './messages.js';

/** A service in a child process, which is started again whenever it dies. */
export interface ChildService {
  url: string;
  /** Ends the child; kills it when it takes too long. */
  stop(): Promise<void>;
}

const STOP_LIMIT_MS = 10_000;
/** How long to wait before the first, second … start again within a minute; after the last, we give up. */
const RESTART_DELAYS_MS = [0, 200, 500, 1_000, 2_000];

/** Starts a child and keeps it running. @throws EmbeddedError when it does not start at all */
export async function startChildService(spec: ChildSpec): Promise<ChildService> {
  let isStopping = false;
  let attempt = launch(spec);
  const startedMs = performance.now();
  const url = await attempt.ready;
  spec.log('service.ready', facts());

  void keepRunning();
  return { url, stop };

  async function keepRunning(): Promise<void> {
    let deathsMs: number[] = [];
    for (;;) {
      const reason = await attempt.exited;
      if (isStopping) return;
      spec.log('service.died', { ...facts(), reason });
      spec.onExit(spec.service, reason);
      const now = performance.now();
      deathsMs = [...deathsMs.filter((then) => now - then < 60_000), now];
      const delayMs = RESTART_DELAYS_MS[deathsMs.length - 1];
      if (delayMs === undefined) return giveUp(reason);
      await sleep(delayMs);
      if (isStopping) return;
      attempt = launch(spec);
      await attempt.ready.then(
        () => spec.log('service.restarted', facts()),
        () => {}, // its end is the next turn's business
      );
    }
  }

  function giveUp(reason: string): void {
    spec.log('service.gave-up', { ...facts(), reason });
    spec.onExit(
      spec.service,
      `died ${RESTART_DELAYS_MS.length + 1} times in a minute and stays down; the last time: ${reason}`,
    );
  }

  async function stop(): Promise<void> {
    isStopping = true;
    const child = attempt.process;
    if (child.connected) child.send({ kind: 'stop' } satisfies ToChild, () => {});
    const limit = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    await attempt.exited;
    clearTimeout(limit);
  }

  function facts() {
    return { service: spec.service, pid: attempt.process.pid, ms: Math.round(performance.now() - startedMs) };
  }
}
