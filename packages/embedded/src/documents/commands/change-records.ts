import { decode } from '../bson/decoder.js';
import { encode } from '../bson/encoder.js';
import type { BsonDocument } from '../bson/value.js';
import { CommandError, computed } from '../command-error.js';
import { matchRecords, prepareSearch, type Search } from '../query/match-records.js';
import type { SearchOptions } from '../query/plan.js';
import { orderedRecords } from '../query/ordered-records.js';
import type { Collection } from '../store/collection.js';
import type { Writer } from '../store/writer.js';
import type { Update } from '../update/update.js';
import { upsertedDocument } from '../update/upsert.js';
import { changeCollection, type Context } from './context.js';

/** Which documents a write is for. */
export interface Target {
  readonly namespace: string;
  readonly query: BsonDocument;
  readonly options: SearchOptions;
}

/** What became of one document. */
export interface Changed {
  readonly before: BsonDocument;
  /** Undefined when the document was removed. */
  readonly after: BsonDocument | undefined;
  readonly isModified: boolean;
}

/** Changes one document that was found; for use inside a change. */
export type RecordChange = (writer: Writer, collection: Collection, record: number, bytes: Buffer) => Changed;

/** Removes a document. */
export const removeRecord: RecordChange = (writer, collection, record, bytes) => {
  const before = decode(bytes);
  writer.remove(collection, record, before);
  return { before, after: undefined, isModified: true };
};

/** Applies an update; what comes out the same is not written. */
export function updateRecord(update: Update): RecordChange {
  return (writer, collection, record, bytes) => {
    const before = decode(bytes);
    const { after, encoded } = computed(() => {
      const next = update.apply(before);
      return { after: next, encoded: encode(next) };
    });
    const isModified = !encoded.equals(bytes);
    if (isModified) writer.replace(collection, record, before, { document: after, bytes: encoded });
    return { before, after, isModified };
  };
}

/** Changes the first match; undefined when there is none. */
export async function changeFirst(
  context: Context,
  target: Target,
  change: RecordChange,
): Promise<Changed | undefined> {
  // another client may change the document between the search and the write: then the search begins again
  for (;;) {
    const search = searchFor(context, target);
    if (!search) return undefined;
    const records = orderedRecords(context, search, target.options, 1);
    const { value: batch } = await records.next();
    await records.return(undefined);
    const found = batch?.[0];
    if (!found) return undefined;
    const outcome = await changeListed(context, search, (writer) =>
      changeCurrent(writer, search, found.record, change, found.bytes),
    );
    if (outcome) return outcome;
    await context.pace.restIfDue();
  }
}

/**
 * Changes all matches, each at most once, in steps between which others are served.
 * @param note is told of each document that was changed
 */
export async function changeAll(
  context: Context,
  target: Target,
  change: RecordChange,
  note: (changed: Changed) => void,
): Promise<void> {
  const search = searchFor(context, target);
  if (!search) return;
  const records: number[] = [];
  for await (const batch of matchRecords(context, search)) for (const { record } of batch) records.push(record);
  let next = 0;
  while (next < records.length) {
    if (!context.transaction && !context.store.isListed(search.collection)) return;
    const failure = await changeListed(context, search, (writer) => {
      try {
        for (const slice = context.store.startSlice(); next < records.length && !slice.isOver; next++) {
          const changed = changeCurrent(writer, search, records[next]!, change);
          if (changed) note(changed);
        }
        return undefined;
      } catch (error) {
        // the documents before it have been changed, so the change itself does not fail
        if (error instanceof CommandError) return error;
        throw error;
      }
    });
    if (failure) throw failure;
    await context.pace.restIfDue();
  }
}

/** Inserts the document that the query and the update make together. */
export function upsert(context: Context, { namespace, query }: Target, update: Update): Promise<BsonDocument> {
  const document = upsertedDocument(query, update);
  const bytes = encode(document);
  return changeCollection(context, namespace, (writer, collection) => {
    writer.insert(collection, { document, bytes });
    return document;
  });
}

function searchFor(context: Context, { namespace, query, options }: Target): Search | undefined {
  const collection = context.store.collection(namespace);
  return collection && prepareSearch(context, collection, query, options);
}

/** Changes a record if it still matches; undefined when it does not. */
function changeCurrent(
  writer: Writer,
  { collection, filter, variables }: Search,
  record: number,
  change: RecordChange,
  known?: Buffer,
): Changed | undefined {
  const bytes = writer.read(collection, record);
  if (!bytes) return undefined;
  const isSame = known?.equals(bytes) === true;
  if (!isSame && !filter.test(decode(bytes), variables)) return undefined;
  writer.claim(collection, record);
  return change(writer, collection, record, bytes);
}

/** Runs a change of a collection that is there; one that was dropped meanwhile has no matches any more. */
async function changeListed<T>(
  { store, transaction }: Context,
  { collection }: Search,
  change: (writer: Writer) => T,
): Promise<T | undefined> {
  if (transaction) return change(transaction);
  return store.change(() => (store.isListed(collection) ? change(store.writer) : undefined));
}
