import { decode, decodeFields } from '../bson/decoder.js';
import type { BsonDocument } from '../bson/value.js';
import type { Pace } from '../pace.js';
import type { Collection } from '../store/collection.js';
import type { Store } from '../store/store.js';
import type { Transaction } from '../store/transaction.js';
import { compileFilter, type Filter } from './filter.js';
import { type Plan, planQuery, type SearchOptions } from './plan.js';
import { RecordScan, type StoredRecord } from './record-scan.js';
import type { Variables } from '../aggregate/expression.js';

/** Where and for whom something is read. */
export interface Reader {
  readonly store: Store;
  /** Its staged changes are seen over what is stored. */
  readonly transaction: Transaction | undefined;
  readonly pace: Pace;
}

/** A query ready to be run. */
export interface Search {
  readonly collection: Collection;
  readonly filter: Filter;
  readonly plan: Plan;
  readonly variables: Variables;
}

/** Compiles a query and plans how to find its matches. */
export function prepareSearch(
  reader: Reader,
  collection: Collection,
  query: BsonDocument,
  options: SearchOptions = {},
): Search {
  const filter = compileFilter(query, options);
  const variables = options.variables ?? {};
  // what a transaction has staged is in no index, so no index can give the order
  const isStaged = reader.transaction?.hasChanged(collection) === true;
  const plan = planQuery(collection, query, isStaged ? { ...options, sort: undefined } : options);
  return { collection, filter, plan, variables };
}

/** So many matches are handed on at once. */
const batchSize = 256;

/** Finds matches, in batches, in the order of the plan; rests between batches when others are waiting. */
export async function* matchRecords(
  { store, transaction, pace }: Reader,
  { collection, filter, plan, variables }: Search,
  limit = Infinity,
): AsyncGenerator<StoredRecord[]> {
  const matches = testOf(filter, variables);
  const scan = new RecordScan(store.tables, collection, plan);
  let left = limit;
  for (let isDone = false; !isDone;) {
    const batch: StoredRecord[] = [];
    isDone = true;
    for (const found of scan.resume()) {
      const isCurrent = !transaction?.isStaged(collection, found.record);
      if (isCurrent && matches(found.bytes) && batch.push(found) === left) break;
      if (batch.length < batchSize && !pace.isDue) continue;
      isDone = false;
      break;
    }
    left -= batch.length;
    if (batch.length > 0) yield batch;
    if (left <= 0) return;
    await pace.restIfDue();
  }
  const staged = [...(transaction?.stagedRecords(collection) ?? [])].filter(({ bytes }) => matches(bytes));
  if (staged.length > 0) yield staged.slice(0, left);
}

/** All matches at once. */
export async function collectRecords(reader: Reader, search: Search, limit = Infinity): Promise<StoredRecord[]> {
  const all: StoredRecord[] = [];
  for await (const batch of matchRecords(reader, search, limit)) all.push(...batch);
  return all;
}

/** Tests encoded documents, decoding no more of them than the filter looks at. */
function testOf({ fields, test }: Filter, variables: Variables): (bytes: Buffer) => boolean {
  if (!fields) return (bytes) => test(decode(bytes), variables);
  return fields.size === 0 ? () => true : (bytes) => test(decodeFields(bytes, fields), variables);
}
