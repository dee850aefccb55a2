import type { RangeOptions } from 'lmdb';
import type { Collection, Tables } from '../store/collection.js';
import { ownerRange, recordKey, recordOf } from '../store/record-key.js';
import type { IndexPlan, KeyRange, Plan } from './plan.js';

/** A document as it is stored, and its number. */
export interface StoredRecord {
  readonly record: number;
  readonly bytes: Buffer;
}

/** A walk through part of a table that can be left and taken up again later, on the state of that time. */
interface Walk {
  steps(): Generator<StoredRecord>;
}

/** Reads the records of a plan, each once; it may be interrupted after any of them. */
export class RecordScan {
  private readonly walks: Walk[];
  private at = 0;
  /** How many index entries and documents were looked at, for `explain`. */
  readonly examined = { keys: 0, documents: 0 };

  constructor(tables: Tables, collection: Collection, plan: Plan) {
    const seen = new Set<number>();
    const plans = plan.kind === 'union' ? plan.plans : [plan];
    const canRepeat = plan.kind === 'union' || (plan.kind === 'index' && plan.index.traits.isMultikey.some(Boolean));
    this.walks = plans.map((part) =>
      part.kind === 'index'
        ? new IndexWalk(tables, collection, part, canRepeat ? seen : undefined, this.examined)
        : new CollectionWalk(tables, collection, part.isReverse),
    );
  }

  /** The next records, from where the last call was left. */
  *resume(): Generator<StoredRecord> {
    for (; this.at < this.walks.length; this.at++) {
      for (const found of this.walks[this.at]!.steps()) {
        this.examined.documents++;
        yield found;
      }
    }
  }
}

class CollectionWalk implements Walk {
  private range: KeyRange;

  constructor(
    private readonly tables: Tables,
    collection: Collection,
    private readonly isReverse: boolean,
  ) {
    this.range = ownerRange(collection.number);
  }

  *steps(): Generator<StoredRecord> {
    for (const { key, value } of this.tables.documents.getRange(rangeOptions(this.range, this.isReverse))) {
      this.range = restOf(this.range, key, this.isReverse);
      yield { record: recordOf(key), bytes: value };
    }
  }
}

class IndexWalk implements Walk {
  private readonly ranges: KeyRange[];

  constructor(
    private readonly tables: Tables,
    private readonly collection: Collection,
    private readonly plan: IndexPlan,
    private readonly seen: Set<number> | undefined,
    private readonly examined: { keys: number },
  ) {
    this.ranges = plan.isReverse ? plan.ranges.toReversed() : [...plan.ranges];
  }

  *steps(): Generator<StoredRecord> {
    const { entries, documents } = this.tables;
    for (let range = this.ranges[0]; range; this.ranges.shift(), range = this.ranges[0]) {
      for (const key of entries.getKeys(rangeOptions(range, this.plan.isReverse))) {
        this.ranges[0] = restOf(range, key, this.plan.isReverse);
        this.examined.keys++;
        const record = recordOf(key);
        if (this.seen?.has(record)) continue;
        this.seen?.add(record);
        const bytes = documents.getBinary(recordKey(this.collection.number, record));
        if (bytes) yield { record, bytes };
      }
    }
  }
}

function rangeOptions({ start, end }: KeyRange, isReverse: boolean): RangeOptions {
  // read backwards, LMDB begins below `start` and stops above `end`
  return isReverse ? { start: end, end: start, reverse: true, exclusiveStart: true } : { start, end };
}

const zero = Buffer.alloc(1);

/** What is left of a range behind a key. */
function restOf({ start, end }: KeyRange, key: Buffer, isReverse: boolean): KeyRange {
  return isReverse ? { start, end: key } : { start: Buffer.concat([key, zero]), end };
}
