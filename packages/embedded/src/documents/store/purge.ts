import { setTimeout as delay } from 'node:timers/promises';
import type { CommitQueue } from './commit-queue.js';
import type { Tables } from './collection.js';
import { ownerOf, ownerRange } from './record-key.js';

const keysPerStep = 2000;

/** Removes what dropped collections and indexes leave behind, a little at a time. */
export class Purge {
  private readonly owners: number[] = [];
  private isStopped = false;
  private work: Promise<void> | undefined;

  constructor(
    private readonly tables: Tables,
    private readonly commits: CommitQueue,
    /** Asked again before anything goes, for a drop may have been undone. */
    private readonly isInUse: (owner: number) => boolean,
  ) {}

  /** Gives up everything under a number, which is never used again. */
  abandon(...owners: number[]): void {
    this.owners.push(...owners);
    this.work ??= this.run();
  }

  /** Finds what a process that died had dropped and not yet removed. */
  abandonAllBut(known: ReadonlySet<number>): void {
    for (const table of [this.tables.documents, this.tables.entries]) {
      let [key] = table.getKeys({ limit: 1 });
      while (key) {
        const owner = ownerOf(key);
        if (!known.has(owner)) this.abandon(owner);
        [key] = table.getKeys({ start: ownerRange(owner).end, limit: 1 });
      }
    }
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.work;
  }

  private async run(): Promise<void> {
    while (this.owners.length > 0 && !this.isStopped) {
      const isDone = await this.commits.run(() => this.step(this.owners[0]!));
      if (isDone) this.owners.shift();
      // leaves room between the steps for the commits of clients
      else await delay(5);
    }
    this.work = undefined;
  }

  private step(owner: number): boolean {
    if (this.isInUse(owner)) return true;
    let left = keysPerStep;
    for (const table of [this.tables.documents, this.tables.entries]) {
      const keys = [...table.getKeys({ ...ownerRange(owner), limit: left })];
      for (const key of keys) table.removeSync(key);
      left -= keys.length;
    }
    return left > 0;
  }
}
