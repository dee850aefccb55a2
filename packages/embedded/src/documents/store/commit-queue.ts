import type { RootDatabase } from 'lmdb';
import { CommandError } from '../command-error.js';

interface Waiting {
  /** Makes the change; gives what to do with the caller once it is on disk. */
  readonly apply: () => () => void;
  readonly reject: (error: unknown) => void;
}

/** How long changes may be made before they are committed, so that readers get their turn. */
const shortestMs = 4;
const longestMs = 40;

/**
 * Commits changes that arrive together as one LMDB transaction, flushed to disk before their callers hear of it.
 * A change either throws a CommandError before it has written anything, or is made whole.
 */
export class CommitQueue {
  private waiting: Waiting[] = [];
  private idle: (() => void)[] = [];
  private isScheduled = false;
  private averageCommitMs = 0;

  /** @param onAbort called when a whole group was undone, with what is in memory now ahead of the disk */
  constructor(
    private readonly root: RootDatabase,
    private readonly onAbort: () => void,
  ) {}

  /** Runs a change and resolves with its result when it can no longer be lost. */
  run<T>(change: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const apply = () => {
        const result = change();
        return () => resolve(result);
      };
      this.waiting.push({ apply, reject });
      this.schedule();
    });
  }

  /** How long one change may take: on a slow disk longer, or it would spend its time on commits. */
  get sliceMs(): number {
    return Math.min(longestMs, Math.max(shortestMs, 2 * this.averageCommitMs));
  }

  /** Resolves when nothing waits any more. */
  async settled(): Promise<void> {
    if (this.waiting.length > 0) await new Promise<void>((resolve) => this.idle.push(resolve));
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    // after the input of this turn has been read, so that clients who write at once share a commit
    setImmediate(() => this.commit());
  }

  private commit(): void {
    this.isScheduled = false;
    const group: Waiting[] = [];
    const answers: (() => void)[] = [];
    try {
      let applied = 0;
      this.root.transactionSync(() => {
        this.applyGroup(group, answers);
        applied = performance.now();
      });
      this.averageCommitMs += (performance.now() - applied - this.averageCommitMs) / 8;
      for (const answer of answers) answer();
    } catch (error) {
      this.onAbort();
      for (const { reject } of group) reject(error);
    }
    if (this.waiting.length > 0) this.schedule();
    else for (const resolve of this.idle.splice(0)) resolve();
  }

  private applyGroup(group: Waiting[], answers: (() => void)[]): void {
    const end = performance.now() + this.sliceMs;
    while (this.waiting.length > 0 && performance.now() < end) {
      const next = this.waiting.shift()!;
      group.push(next);
      try {
        answers.push(next.apply());
      } catch (error) {
        // any other error may come after a part of the change was written, so it undoes the group
        if (!(error instanceof CommandError)) throw error;
        answers.push(() => next.reject(error));
      }
    }
  }
}
