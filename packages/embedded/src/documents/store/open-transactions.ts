import type { Collection } from './collection.js';

/** Something that wants to hear of every committed write while it is open. */
export interface WriteWatcher {
  noteWrite(collection: Collection, record: number): void;
}

/** The transactions under way: each is told which records others changed since it began. */
export class OpenTransactions {
  private readonly open = new Set<WriteWatcher>();

  begin(transaction: WriteWatcher): void {
    this.open.add(transaction);
  }

  end(transaction: WriteWatcher): void {
    this.open.delete(transaction);
  }

  note(collection: Collection, record: number): void {
    for (const transaction of this.open) transaction.noteWrite(collection, record);
  }
}
