import type { Pace } from '../pace.js';
import { maxDocumentBytes } from '../bson/encoder.js';

/** A result that is handed out batch by batch; its documents are made as they are asked for. */
export class Cursor {
  private ready: Buffer[] = [];
  private isFinished = false;
  private isBusy = false;

  /**
   * @param namespace the collection that the results are said to come from
   * @param source encoded documents in groups of any size
   * @param pace how the source shares the thread; each command that reads on begins it anew
   */
  constructor(
    readonly namespace: string,
    private readonly source: AsyncIterator<Buffer[]>,
    readonly pace: Pace,
  ) {}

  get isDone(): boolean {
    return this.isFinished && this.ready.length === 0;
  }

  get isInUse(): boolean {
    return this.isBusy;
  }

  /** The next documents: at most so many, and at most what fits into one message. */
  async next(most: number): Promise<Buffer[]> {
    this.isBusy = true;
    try {
      return await this.take(most);
    } finally {
      this.isBusy = false;
    }
  }

  /** Everything that is left, made now: a transaction's cursor may not see what comes after. */
  async drain(): Promise<void> {
    const all: Buffer[] = this.ready;
    while (await this.fill()) {
      for (const document of this.ready) all.push(document);
      this.ready = [];
    }
    this.ready = all;
  }

  async close(): Promise<void> {
    this.isFinished = true;
    this.ready = [];
    await this.source.return?.();
  }

  private async take(most: number): Promise<Buffer[]> {
    const batch: Buffer[] = [];
    let bytes = 0;
    while (batch.length < most) {
      if (this.ready.length === 0 && !(await this.fill())) break;
      let taken = 0;
      while (taken < this.ready.length && batch.length < most) {
        const document = this.ready[taken]!;
        // the first always fits, so that every batch gets on
        if (batch.length > 0 && bytes + document.length > maxDocumentBytes) {
          this.ready = this.ready.slice(taken);
          return batch;
        }
        bytes += document.length;
        batch.push(document);
        taken++;
      }
      this.ready = this.ready.slice(taken);
    }
    return batch;
  }

  private async fill(): Promise<boolean> {
    if (this.isFinished) return false;
    const { value, done } = await this.source.next();
    if (done) this.isFinished = true;
    else this.ready = value;
    return !done;
  }
}
