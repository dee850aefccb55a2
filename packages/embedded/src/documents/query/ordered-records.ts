import { decodeFields } from '../bson/decoder.js';
import { matchRecords, type Reader, type Search } from './match-records.js';
import type { SearchOptions } from './plan.js';
import type { StoredRecord } from './record-scan.js';
import { compileSort } from './sort.js';
import { Sorter } from './sorter.js';

const batchSize = 256;

/** Matches in the order of the sort, from an index where one has it, else sorted here. */
export async function* orderedRecords(
  reader: Reader,
  search: Search,
  { sort, collation }: SearchOptions,
  limit = Infinity,
): AsyncGenerator<StoredRecord[]> {
  if (!sort || search.plan.isSorted) {
    yield* matchRecords(reader, search, limit);
    return;
  }
  const order = compileSort(sort, collation);
  const sorter = new Sorter<StoredRecord>(order, limit);
  for await (const batch of matchRecords(reader, search)) {
    for (const found of batch) sorter.add(found, decodeFields(found.bytes, order.fields));
  }
  const sorted = await sorter.finish(reader.pace);
  // in parts, so that a cursor makes no more of the results than it hands out
  for (let at = 0; at < sorted.length; at += batchSize) yield sorted.slice(at, at + batchSize);
}
