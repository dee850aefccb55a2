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
  /** About how much memory it holds. */
  bytes: number;
  /** The row that was stored, as JSON; undefined when it was refused. */
  line: string | undefined;
  refused: { code: RejectCode; reason: string } | undefined;
}

export type NumberedCall = ArrivedCall & { id: number };

const MOST_CALLS = 1_000;
const MOST_BYTES = 4_000_000;
const KEPT_MS = 15 * 60_000;
const MOST_PROJECTS = 50;

interface Ring {
  calls: NumberedCall[];
  bytes: number;
}

/** The latest calls of each project: few, small and for minutes only, so that looking on costs those who send next to nothing. */
export class ArrivedCalls {
  private readonly rings = new Map<string, Ring>();
  private latest = 0;

  add(projectId: string, arrived: readonly ArrivedCall[]): void {
    if (arrived.length === 0) return;
    const ring = this.rings.get(projectId) ?? { calls: [], bytes: 0 };
    this.rings.delete(projectId);
    this.rings.set(projectId, ring); // the project that was heard last stands last
    for (const call of arrived) {
      this.latest += 1;
      ring.calls.push({ ...call, id: this.latest });
      ring.bytes += call.bytes;
    }
    trim(ring);
    if (this.rings.size > MOST_PROJECTS) this.rings.delete(this.rings.keys().next().value ?? '');
  }

  /** Those after an id that came in the last minutes, the oldest first. */
  after(projectId: string, id: number, now: number): NumberedCall[] {
    const calls = this.rings.get(projectId)?.calls ?? [];
    if ((calls.at(-1)?.id ?? 0) <= id) return [];
    return calls.filter((call) => call.id > id && now - call.receivedAt < KEPT_MS);
  }
}

function trim(ring: Ring): void {
  let gone = 0;
  while (ring.calls.length - gone > MOST_CALLS || ring.bytes > MOST_BYTES) {
    ring.bytes -= ring.calls[gone]?.bytes ?? 0;
    gone += 1;
  }
  if (gone > 0) ring.calls = ring.calls.slice(gone);
}
