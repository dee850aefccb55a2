import { decode } from '../bson/decoder.js';
import { CommandError } from '../command-error.js';
import { CollectionIndex, type IndexSpecification } from './collection-index.js';
import type { Collection } from './collection.js';
import { ownerRange, recordKey, recordOf } from './record-key.js';
import type { Store } from './store.js';

/** Gives a collection a new index, which writers keep up to date from now on; for use inside a change. */
export function beginIndex(store: Store, collection: Collection, specification: IndexSpecification): CollectionIndex {
  const index = new CollectionIndex(store.takeNumber(), specification);
  index.isReady = false;
  collection.indexes.push(index);
  return index;
}

/**
 * Adds the documents that were there before an index to it, in steps; readers use the index from the end.
 * @throws DuplicateKey when a unique index finds a value twice; the collection is then as it was
 */
export async function fillIndex(store: Store, collection: Collection, index: CollectionIndex): Promise<void> {
  try {
    let next = 0;
    while (next !== Infinity) next = await store.change(() => addRecords(store, collection, index, next));
    await store.change(() => {
      assertListed(store, collection, index);
      index.isReady = true;
      collection.save();
    });
  } catch (error) {
    const at = collection.indexes.indexOf(index);
    if (at >= 0) collection.indexes.splice(at, 1);
    store.abandon(index.number);
    throw error;
  }
}

/** Adds records from a number on for as long as a step may take; gives the number to go on with. */
function addRecords(store: Store, collection: Collection, index: CollectionIndex, from: number): number {
  assertListed(store, collection, index);
  const slice = store.startSlice();
  const { end } = ownerRange(collection.number);
  for (const { key, value } of store.tables.documents.getRange({ start: recordKey(collection.number, from), end })) {
    if (slice.isOver) return recordOf(key);
    store.writer.addToIndex(collection, index, decode(value), recordOf(key));
  }
  return Infinity;
}

function assertListed(store: Store, collection: Collection, index: CollectionIndex): void {
  if (store.isListed(collection) && collection.indexes.includes(index)) return;
  throw new CommandError('IndexNotFound', `${index.specification.name} was dropped while it was built`);
}
