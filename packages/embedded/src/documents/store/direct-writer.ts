import { afterPrefix } from '../bson/index-key.js';
import { assertDocumentSize } from '../bson/encoder.js';
import type { BsonDocument } from '../bson/value.js';
import { computed } from '../command-error.js';
import type { CollectionIndex } from './collection-index.js';
import type { Collection, Tables } from './collection.js';
import type { OpenTransactions } from './open-transactions.js';
import { entryKey, entryOverhead, recordKey, recordOf, valuesKey } from './record-key.js';
import { assertUnique, type EncodedDocument, type Writer } from './writer.js';

const nothing = Buffer.alloc(0);

/** Writes to the folder; its methods are for use inside a change that the commit queue runs. */
export class DirectWriter implements Writer {
  constructor(
    private readonly tables: Tables,
    private readonly transactions: OpenTransactions,
    /** Whether a collection is in the catalogue; one that is still being filled is described only when it is done. */
    private readonly isListed: (collection: Collection) => boolean,
  ) {}

  read(collection: Collection, record: number): Buffer | undefined {
    return collection.read(record);
  }

  /** Nothing comes between: a change sees all that was written before it. */
  claim(): void {}

  insert(collection: Collection, next: EncodedDocument, record = collection.takeNumber()): number {
    assertDocumentSize(next.bytes);
    const added = collection.indexes.map((index) => this.newKeys(collection, index, next.document, record));
    this.put(collection, record, next);
    for (const [i, index] of collection.indexes.entries()) this.addEntries(index, added[i]!.values(), record);
    collection.changeCount(1);
    return record;
  }

  replace(collection: Collection, record: number, before: BsonDocument, next: EncodedDocument): void {
    assertDocumentSize(next.bytes);
    const changes = collection.indexes.map((index) => {
      const old = byText(index.keysOf(before).keys);
      return { index, old, added: this.newKeys(collection, index, next.document, record, old) };
    });
    this.put(collection, record, next);
    for (const { index, old, added } of changes) {
      for (const key of old.values()) this.tables.entries.removeSync(entryKey(index.number, key, record));
      this.addEntries(index, added.values(), record);
    }
  }

  remove(collection: Collection, record: number, before: BsonDocument): void {
    for (const index of collection.indexes) {
      for (const key of index.keysOf(before).keys) this.tables.entries.removeSync(entryKey(index.number, key, record));
    }
    this.tables.documents.removeSync(recordKey(collection.number, record));
    this.transactions.note(collection, record);
    collection.changeCount(-1);
  }

  /** Adds a document that is stored already to an index that is being built. */
  addToIndex(collection: Collection, index: CollectionIndex, document: BsonDocument, record: number): void {
    this.addEntries(index, this.newKeys(collection, index, document, record).values(), record);
  }

  /** The other records that hold a key of an index. */
  *holders(index: CollectionIndex, key: Buffer, record: number): Generator<number> {
    const start = valuesKey(index.number, key);
    const length = key.length + entryOverhead;
    for (const entry of this.tables.entries.getKeys({ start, end: afterPrefix(start) })) {
      const other = recordOf(entry);
      if (entry.length === length && other !== record) yield other;
    }
  }

  /**
   * The keys that the document adds, after making sure that it may.
   * @param old the keys that it had; those that it keeps are taken out
   */
  private newKeys(
    collection: Collection,
    index: CollectionIndex,
    document: BsonDocument,
    record: number,
    old: Map<string, Buffer> = new Map(),
  ): Map<string, Buffer> {
    const { keys, traits } = computed(() => index.keysOf(document));
    if (index.widenTraits(traits) && this.isListed(collection)) collection.save();
    const added = byText(keys);
    for (const text of added.keys()) if (old.delete(text)) added.delete(text);
    if (!index.isUnique) return added;
    for (const key of added.values()) {
      assertUnique(collection, index, document, this.holders(index, key, record), (other) => collection.read(other));
    }
    return added;
  }

  private put(collection: Collection, record: number, { bytes }: EncodedDocument): void {
    this.tables.documents.putSync(recordKey(collection.number, record), bytes);
    this.transactions.note(collection, record);
  }

  private addEntries(index: CollectionIndex, keys: Iterable<Buffer>, record: number): void {
    for (const key of keys) this.tables.entries.putSync(entryKey(index.number, key, record), nothing);
  }
}

function byText(keys: readonly Buffer[]): Map<string, Buffer> {
  return new Map(keys.map((key) => [key.toString('latin1'), key]));
}
