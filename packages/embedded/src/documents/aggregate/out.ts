import { ObjectId } from 'bson';
import { encode } from '../bson/encoder.js';
import { type BsonDocument } from '../bson/value.js';
import { CollectionIndex } from '../store/collection-index.js';
import type { Store } from '../store/store.js';
import type { Flow } from './stage.js';

/**
 * Replaces a collection by the documents of a flow: `$out`. Others see the old collection until the new one is whole.
 * @throws DuplicateKey when the documents do not fit the collection's unique indexes; the old collection then stays
 */
export async function replaceCollection(store: Store, name: string, source: Flow): Promise<void> {
  const next = await store.change(() => {
    const old = store.collection(name);
    const made = store.newCollection(name, old?.options ?? {});
    for (const { specification } of old?.indexes.slice(1) ?? []) {
      made.indexes.push(new CollectionIndex(store.takeNumber(), specification));
    }
    return made;
  });
  try {
    for await (const group of source) {
      for (let at = 0; at < group.length;) {
        at = await store.change(() => {
          const slice = store.startSlice();
          let i = at;
          for (; i < group.length && !slice.isOver; i++) store.writer.insert(next, withId(group[i]!));
          return i;
        });
      }
    }
    await store.change(() => store.list(next));
  } catch (error) {
    store.abandon(next.number, ...next.indexes.map(({ number }) => number));
    throw error;
  }
}

function withId({ _id = new ObjectId(), ...fields }: BsonDocument): { document: BsonDocument; bytes: Buffer } {
  const document = { _id, ...fields };
  return { document, bytes: encode(document) };
}
