import type { RejectCode } from '@pelton/contract';

/** A call that a sender made, and what became of it. */
export interface ArrivedCall {
  receivedAt: number;
  keyId: string;
  /** Method and path that the sender called. */
  address: string;
  source: string;
  /** The call as the sender wrote it; an object that nobody changes any more. */
  sent: unknown;
  /** The row that was stored, as JSON; undefined when it was refused. */
  line: string | undefined;
  refused: { code: RejectCode; reason: string } | undefined;
}

export type NumberedCall = ArrivedCall & { id: number };

/** Calls that came as one batch, put together only when somebody looks. */
export interface ArrivedBatch {
  count: number;
  receivedAt: number;
  /** About how much memory it holds. */
  bytes: number;
  /** In the order in which they stood in the batch. */
  calls: () => ArrivedCall[];
}

const MOST_CALLS = 1_000;
/** Nobody reads more of what came within a second, and what is kept for a moment only costs the most memory. */
const MOST_IN_RUSH = 200;
const RUSH_MS = 1_000;
const MOST_BYTES = 4_000_000;
const KEPT_MS = 15 * 60_000;
const MOST_PROJECTS = 50;

interface Ring {
  batches: (ArrivedBatch & { firstId: number })[];
  count: number;
  bytes: number;
}

/** The latest calls of each project: few, small and for minutes only, so that looking on costs those who send next to nothing. */
export class ArrivedCalls {
  private readonly rings = new Map<string, Ring>();
  private nextId = 1;

  add(projectId: string, batch: ArrivedBatch): void {
    if (batch.count === 0) return;
    const ring = this.rings.get(projectId) ?? { batches: [], count: 0, bytes: 0 };
    this.rings.delete(projectId);
    this.rings.set(projectId, ring); // the project that was heard last stands last
    ring.batches.push({ ...batch, firstId: this.nextId });
    this.nextId += batch.count;
    ring.count += batch.count;
    ring.bytes += batch.bytes;
    trim(ring);
    if (this.rings.size > MOST_PROJECTS) this.rings.delete(this.rings.keys().next().value ?? '');
  }

  /** Those after an id that came in the last minutes, the oldest first. */
  after(projectId: string, id: number, now: number): NumberedCall[] {
    const batches = this.rings.get(projectId)?.batches ?? [];
    return batches
      .filter(({ firstId, count, receivedAt }) => firstId + count - 1 > id && now - receivedAt < KEPT_MS)
      .flatMap(({ firstId, calls }) => calls().map((call, index) => ({ ...call, id: firstId + index })))
      .filter((call) => call.id > id)
      .slice(-MOST_CALLS);
  }
}

/** Lets go of the oldest batches without which there are still enough calls, or that are too large. */
function trim(ring: Ring): void {
  const latestAt = ring.batches.at(-1)?.receivedAt ?? 0;
  for (let [oldest] = ring.batches; oldest; [oldest] = ring.batches) {
    const most = latestAt - oldest.receivedAt < RUSH_MS ? MOST_IN_RUSH : MOST_CALLS;
    if (ring.count - oldest.count < most && ring.bytes <= MOST_BYTES) return;
    ring.batches.shift();
    ring.count -= oldest.count;
    ring.bytes -= oldest.bytes;
  }
}
