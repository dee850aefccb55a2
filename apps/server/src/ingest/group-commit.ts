/** A row as JSON; `refused` is set when the warehouse would not take it, with its reason. */
export interface Line {
  line: string;
  refused?: string;
  /** The event that says so; without that one, the row is not stored. */
  of?: Line;
}

/** The tables that events come into, in the order in which they are written. */
export const TABLES = [
  'events',
  'user_traits',
  'identity_claims',
  'memberships',
  'item_properties',
  'rejects',
] as const;
export type Table = (typeof TABLES)[number];

/** Rows of one request, by table. */
export type Rows = Record<Table, Line[]>;

export function noRows<T = Line>(): Record<Table, T[]> {
  return { events: [], user_traits: [], identity_claims: [], memberships: [], item_properties: [], rejects: [] };
}

/**
 * Stores rows durably; marks those that the warehouse refuses.
 * @param isBehind whether more comes than is stored
 * @throws SERVICE_DOWN when nothing is sure
 */
export type Store = (projectId: string, rows: Rows, isBehind: boolean) => Promise<void>;

interface Request {
  rows: Rows;
  resolve: () => void;
  reject: (error: unknown) => void;
}

interface Queue {
  waiting: Request[];
  /** Whether a commit is under way, or is about to be. */
  isBusy: boolean;
  /** Requests that share a commit: the average of the last ones. */
  crowd: number;
}

/** So long a request waits for others, in milliseconds, while nothing else is being stored. */
const GATHER_MS = 4;
const MOST_ROWS = 20_000;
/** When on average so many requests share a commit, more comes than is stored; a single sender is never more than one. */
const CROWDED = 4;
/** How much of that average one commit is, and the most that counts of one, so that a burst alone is no crowd. */
const SHARE = 0.1;
const MOST_OF_ONE = 8;

/**
 * Stores the rows of requests together that come while others are being stored: a good part of what an insert costs is the
 * same for one row as for a thousand. One insert at a time, because two would each have half of the rows and that part twice.
 */
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
    const queue: Queue = { waiting: [], isBusy: false, crowd: 1 };
    this.queues.set(projectId, queue);
    return queue;
  }

  private plan(projectId: string, queue: Queue): void {
    if (queue.isBusy || queue.waiting.length === 0) return;
    queue.isBusy = true;
    setTimeout(() => void this.commit(projectId, queue), GATHER_MS);
  }

  /** Never throws: what goes wrong goes to those who wait. */
  private async commit(projectId: string, queue: Queue): Promise<void> {
    const group = takeGroup(queue.waiting);
    queue.crowd += SHARE * (Math.min(group.length, MOST_OF_ONE) - queue.crowd);
    try {
      await this.store(projectId, together(group.map(({ rows }) => rows)), queue.crowd >= CROWDED);
      for (const { resolve } of group) resolve();
    } catch (error) {
      for (const { reject } of group) reject(error);
    } finally {
      queue.isBusy = false;
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
  return TABLES.reduce((sum, table) => sum + rows[table].length, 0);
}

/** The rows of several, by table. */
export function together(many: readonly Partial<Rows>[]): Rows {
  const all = noRows();
  for (const rows of many) for (const table of TABLES) for (const line of rows[table] ?? []) all[table].push(line);
  return all;
}
