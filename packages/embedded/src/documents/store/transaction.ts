import { decode } from '../bson/decoder.js';
import { assertDocumentSize } from '../bson/encoder.js';
import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import type { CollectionIndex } from './collection-index.js';
import type { Collection } from './collection.js';
import type { DirectWriter } from './direct-writer.js';
import type { OpenTransactions, WriteWatcher } from './open-transactions.js';
import { assertUnique, type EncodedDocument, type Writer } from './writer.js';

/** What a transaction will make of a record; without a document it removes it. */
interface Staged {
  readonly next: EncodedDocument | undefined;
  /** Whether the folder has the record, so that it is replaced and not inserted. */
  readonly isStored: boolean;
}

/** A collection's staged records, and which of them hold the keys of its unique indexes. */
interface Overlay {
  readonly staged: Map<number, Staged>;
  readonly uniqueKeys: Map<string, Set<number>>;
}

/** The refusal after which a driver runs the whole transaction again. */
function writeConflict(): CommandError {
  return new CommandError('WriteConflict', 'Write conflict during a transaction; please retry it', {
    labels: ['TransientTransactionError'],
  });
}

/** Stages writes over what the folder has; the first of two transactions that change a record wins. */
export class Transaction implements Writer, WriteWatcher {
  private readonly overlays = new Map<Collection, Overlay>();
  private readonly changedByOthers = new Set<string>();

  constructor(
    private readonly direct: DirectWriter,
    private readonly others: OpenTransactions,
  ) {
    others.begin(this);
  }

  noteWrite(collection: Collection, record: number): void {
    this.changedByOthers.add(`${collection.number}/${record}`);
  }

  /** What the transaction sees of a record. */
  read(collection: Collection, record: number): Buffer | undefined {
    const staged = this.overlays.get(collection)?.staged.get(record);
    return staged ? staged.next?.bytes : collection.read(record);
  }

  /** Whether the transaction has changed anything in a collection. */
  hasChanged(collection: Collection): boolean {
    return this.overlays.has(collection);
  }

  isStaged(collection: Collection, record: number): boolean {
    return this.overlays.get(collection)?.staged.has(record) === true;
  }

  /** The records as the transaction leaves them, without those it removes. */
  *stagedRecords(collection: Collection): Generator<{ record: number; bytes: Buffer }> {
    for (const [record, { next }] of this.overlays.get(collection)?.staged ?? []) {
      if (next) yield { record, bytes: next.bytes };
    }
  }

  claim(collection: Collection, record: number): void {
    if (this.changedByOthers.has(`${collection.number}/${record}`)) throw writeConflict();
  }

  insert(collection: Collection, next: EncodedDocument): number {
    const record = collection.takeNumber();
    this.stage(collection, record, undefined, { next, isStored: false });
    return record;
  }

  replace(collection: Collection, record: number, before: BsonDocument, next: EncodedDocument): void {
    this.stage(collection, record, before, { next, isStored: this.isStored(collection, record) });
  }

  remove(collection: Collection, record: number, before: BsonDocument): void {
    this.stage(collection, record, before, { next: undefined, isStored: this.isStored(collection, record) });
  }

  /**
   * Writes everything that was staged; for use inside a change.
   * @throws WriteConflict, before anything is written, when others changed what this transaction did
   */
  apply(isCurrent: (collection: Collection) => boolean): void {
    this.end();
    for (const [collection, overlay] of this.overlays) {
      if (!isCurrent(collection)) throw writeConflict();
      this.assertStillUnique(collection, overlay);
    }
    try {
      for (const [collection, { staged }] of this.overlays) this.write(collection, staged);
    } catch (cause) {
      // a part may have been written: only an error that the commit queue does not expect undoes it
      throw new Error('the transaction could not be written', { cause });
    }
  }

  /** Forgets the transaction. */
  end(): void {
    this.others.end(this);
  }

  private write(collection: Collection, staged: ReadonlyMap<number, Staged>): void {
    // a unique value may pass from one record to another, so what goes makes room for what comes
    for (const [record, { isStored }] of staged) {
      if (isStored) this.direct.remove(collection, record, decode(collection.read(record)!));
    }
    for (const [record, { next }] of staged) if (next) this.direct.insert(collection, next, record);
  }

  private stage(collection: Collection, record: number, before: BsonDocument | undefined, staged: Staged): void {
    this.claim(collection, record);
    const overlay = this.overlay(collection);
    if (staged.next) {
      assertDocumentSize(staged.next.bytes);
      this.assertUniqueHere(collection, overlay, record, staged.next.document);
    }
    for (const index of collection.indexes.filter(({ isUnique }) => isUnique)) {
      const keys = (document: BsonDocument | undefined) => (document ? uniqueKeys(index, document) : []);
      for (const key of keys(before)) overlay.uniqueKeys.get(key)?.delete(record);
      for (const key of keys(staged.next?.document)) {
        const holders = overlay.uniqueKeys.get(key) ?? new Set();
        overlay.uniqueKeys.set(key, holders.add(record));
      }
    }
    overlay.staged.set(record, staged);
  }

  private assertUniqueHere(collection: Collection, overlay: Overlay, record: number, document: BsonDocument): void {
    const read = (other: number) => this.read(collection, other);
    for (const index of collection.indexes) {
      const { keys } = index.keysOf(document);
      if (!index.isUnique) continue;
      for (const key of keys) {
        const stored = [...this.direct.holders(index, key, record)].filter((other) => !overlay.staged.has(other));
        const staged = [...(overlay.uniqueKeys.get(uniqueKey(index, key)) ?? [])].filter((other) => other !== record);
        assertUnique(collection, index, document, [...stored, ...staged], read);
      }
    }
  }

  private assertStillUnique(collection: Collection, overlay: Overlay): void {
    const { staged } = overlay;
    for (const [record, { next }] of staged) {
      this.claim(collection, record);
      try {
        if (next) this.assertUniqueHere(collection, overlay, record, next.document);
      } catch {
        throw writeConflict();
      }
    }
  }

  private isStored(collection: Collection, record: number): boolean {
    return this.overlays.get(collection)?.staged.get(record)?.isStored ?? true;
  }

  private overlay(collection: Collection): Overlay {
    let overlay = this.overlays.get(collection);
    if (!overlay) this.overlays.set(collection, (overlay = { staged: new Map(), uniqueKeys: new Map() }));
    return overlay;
  }
}

function uniqueKeys(index: CollectionIndex, document: BsonDocument): string[] {
  return index.keysOf(document).keys.map((key) => uniqueKey(index, key));
}

function uniqueKey(index: CollectionIndex, key: Buffer): string {
  return `${index.number}:${key.toString('latin1')}`;
}
