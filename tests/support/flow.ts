import { setTimeout as pause } from 'node:timers/promises';
import { send } from './collected.js';

/** What a sender was promised, and what it is told. */
export interface Flow {
  /** Message ids that were answered with 200. */
  acknowledged: Set<string>;
  statuses: Map<number, number>;
  /** Ends it when everything that was begun is acknowledged. */
  end: () => Promise<void>;
}

/** Sends events at a steady rate as the published clients do: a batch that is not acknowledged is sent again. */
export function startFlow(target: { url: string; key: string }, options: { perSecond: number; batch: number }): Flow {
  const acknowledged = new Set<string>();
  const statuses = new Map<number, number>();
  const open = new Set<Promise<void>>();
  let number = 0;
  const ending = new AbortController();

  const deliver = async (batch: { messageId: string }[]) => {
    for (;;) {
      const sentAt = new Date().toISOString();
      const status = await send(target, '/v1/batch', { batch, sentAt }, { connection: 'close' }).then(
        async (response) => (await response.text(), response.status),
        () => 0, // no answer is no promise
      );
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 200) break;
      await pause(1_000); // as a client backs off; the machine has to start a server meanwhile
    }
    for (const { messageId } of batch) acknowledged.add(messageId);
  };

  const everyMs = (options.batch / options.perSecond) * 1000;
  const running = (async () => {
    for (let next = performance.now(); !ending.signal.aborted; next += everyMs) {
      await pause(Math.max(0, next - performance.now()));
      const timestamp = new Date().toISOString();
      const batch = Array.from({ length: options.batch }, () => ({
        type: 'track',
        event: 'Flowed',
        messageId: `flow-${(number += 1)}`,
        userId: `u${number % 100}`,
        timestamp,
        properties: { number },
      }));
      const delivery = deliver(batch).finally(() => open.delete(delivery));
      open.add(delivery);
    }
  })();

  return {
    acknowledged,
    statuses,
    async end() {
      ending.abort();
      await running;
      await Promise.all(open);
    },
  };
}
