/** A row as JSON; `refused` is set when the warehouse would not take it, with its reason. */
export interface Line {
  line: string;
  refused?: string;
}

/** Rows of one request, by table. */
export type Rows = Record<'events' | 'user_traits' | 'rejects', Line[]>;

/** Stores rows durably; marks those that the warehouse refuses. @throws SERVICE_DOWN when nothing is sure */
export type Store = (projectId: string, rows: Rows) => Promise<void>;

interface Request {
  rows: Rows;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Queue {
  waiting: Request[];
  running: number;
  timer: boolean;
}

/** So long a request waits for others, in milliseconds, while nothing else is being stored. */
const GATHER_MS = 3;
const MOST_ROWS = 20_000;
/** Two, so that one is written while the other is being sent. */
const AT_ONCE = 2;

/** Stores the rows of requests that come within a few milliseconds together: an insert costs the same for one row as for many. */
export class GroupCommit {
  private readonly queues = new Map<string, Queue>();
  private rows = 0;

  constructor(private readonly store: Store) {}

  /** Rows that are not stored yet. */
  get waitingRows(): number {
    return this.rows;
  }

  /** Resolves when the rows are durable. */
  async add(projectId: string, rows: Rows): Promise<void> {
    const count = countOf(rows);
    if (count === 0) return;
    this.rows += count;
    try {
      await new Promise<void>((resolve, reject) => {
        const queue = this.queueOf(projectId);
        queue.waiting.push({ rows, resolve, reject });
        this.plan(projectId, queue);
      });
    } finally {
      this.rows -= count;
    }
  }

  private queueOf(projectId: string): Queue {
    const known = this.queues.get(projectId);
    if (known) return known;
    const queue: Queue = { waiting: [], running: 0, timer: false };
    this.queues.set(projectId, queue);
    return queue;
  }

  private plan(projectId: string, queue: Queue): void {
    if (queue.timer || queue.running >= AT_ONCE || queue.waiting.length === 0) return;
    queue.timer = true;
    setTimeout(() => {
      queue.timer = false;
      void this.commit(projectId, queue);
    }, GATHER_MS);
  }

  /** Never throws: what goes wrong goes to those who wait. */
  private async commit(projectId: string, queue: Queue): Promise<void> {
    const group = takeGroup(queue.waiting);
    if (group.length === 0) return;
    queue.running += 1;
    this.plan(projectId, queue);
    try {
      await this.store(projectId, {
        events: group.flatMap(({ rows }) => rows.events),
        user_traits: group.flatMap(({ rows }) => rows.user_traits),
        rejects: group.flatMap(({ rows }) => rows.rejects),
      });
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      queue.running -= 1;
      this.plan(projectId, queue);
    }
  }
}

function takeGroup(waiting: Request[]): Request[] {
  let rows = 0;
  let count = 0;
  while (count < waiting.length && (count === 0 || rows < MOST_ROWS)) {
    const request = waiting[count];
    if (!request) break;
    rows += countOf(request.rows);
    count += 1;
  }
  return waiting.splice(0, count);
}

export function countOf(rows: Rows): number {
  return rows.events.length + rows.user_traits.length + rows.rejects.length;
}
