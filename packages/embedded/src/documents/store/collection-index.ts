import { areEqual } from '../bson/compare.js';
import { encodeKey, type KeyField } from '../bson/index-key.js';
import { type BsonDocument } from '../bson/value.js';
import { type Collation, foldFor, sameCollation } from '../query/collation.js';
import { compileFilter, type Filter } from '../query/filter.js';
import { indexedValues } from './index-keys.js';

/** An index as a client defines it and `listIndexes` shows it. */
export interface IndexSpecification extends BsonDocument {
  v: number;
  key: BsonDocument;
  name: string;
  unique?: boolean;
  sparse?: boolean;
  partialFilterExpression?: BsonDocument;
  expireAfterSeconds?: number;
  collation?: Collation & BsonDocument;
}

/** What the index has met so far; it limits what the index may be used for. */
export interface IndexTraits {
  /** For each field, whether some document has an array on its path. */
  isMultikey: boolean[];
  /** Whether different values may have given the same key. */
  isInexact: boolean;
}

/** The keys that an index holds for one document. */
export interface DocumentKeys {
  readonly keys: Buffer[];
  readonly traits: IndexTraits;
}

/** One index of a collection: turns documents into ordered keys. */
export class CollectionIndex {
  readonly paths: readonly (readonly string[])[];
  readonly fields: readonly KeyField[];
  readonly partialFilter: Filter | undefined;
  /** False while the documents that were there before the index are being added. */
  isReady = true;
  /** Resolves when the index is ready. */
  built: Promise<void> = Promise.resolve();

  constructor(
    readonly number: number,
    readonly specification: IndexSpecification,
    readonly traits: IndexTraits = { isMultikey: Object.keys(specification.key).map(() => false), isInexact: false },
  ) {
    const { key, collation, partialFilterExpression } = specification;
    const fold = foldFor(collation);
    this.paths = Object.keys(key).map((path) => path.split('.'));
    this.fields = Object.values(key).map((direction) => ({
      isDescending: Number(direction) < 0,
      ...(fold && { fold }),
    }));
    this.partialFilter = partialFilterExpression && compileFilter(partialFilterExpression);
  }

  get isUnique(): boolean {
    return this.specification.unique === true || this.specification.name === '_id_';
  }

  /** Whether strings are ordered by code point, so that the index can give a sort its order. */
  get isSimple(): boolean {
    return sameCollation(this.specification.collation, undefined);
  }

  /** The keys of a document, each once; none when a sparse or partial index leaves the document out. */
  keysOf(document: BsonDocument): DocumentKeys {
    const { tuples, isMultikey } = this.tuplesOf(document);
    const keys = new Map<string, Buffer>();
    let isInexact = false;
    for (const tuple of tuples) {
      const key = encodeKey(tuple, this.fields);
      keys.set(key.bytes.toString('latin1'), key.bytes);
      if (!key.isExact) isInexact = true;
    }
    return { keys: [...keys.values()], traits: { isMultikey, isInexact } };
  }

  /** Whether two documents really share a value, for keys that can be the same for different values. */
  hasSharedValues(left: BsonDocument, right: BsonDocument): boolean {
    const others = this.tuplesOf(right).tuples;
    return this.tuplesOf(left).tuples.some((tuple) => others.some((other) => this.isSameTuple(tuple, other)));
  }

  /** Takes up what a document's keys showed; true when that is news. */
  widenTraits({ isMultikey, isInexact }: IndexTraits): boolean {
    const isNews =
      (isInexact && !this.traits.isInexact) || isMultikey.some((isOne, i) => isOne && !this.traits.isMultikey[i]);
    if (isNews) {
      this.traits.isInexact ||= isInexact;
      this.traits.isMultikey = this.traits.isMultikey.map((isOne, i) => isOne || isMultikey[i] === true);
    }
    return isNews;
  }

  /** The first indexed values of a document by field, as a duplicate error shows them. */
  describe(document: BsonDocument): BsonDocument {
    const [tuple = []] = this.tuplesOf(document).tuples;
    return Object.fromEntries(
      Object.keys(this.specification.key).map((field, i) => [
        field,
        typeof tuple[i] === 'symbol' ? [] : (tuple[i] ?? null),
      ]),
    );
  }

  private tuplesOf(document: BsonDocument): { tuples: unknown[][]; isMultikey: boolean[] } {
    const nothing = { tuples: [], isMultikey: this.paths.map(() => false) };
    if (this.partialFilter && !this.partialFilter.test(document)) return nothing;
    const values = indexedValues(document, this.paths);
    const isAbsent = values.tuples.every((tuple) => tuple.every((value) => value === undefined));
    return this.specification.sparse && isAbsent ? nothing : values;
  }

  private isSameTuple(left: unknown[], right: unknown[]): boolean {
    const fold = this.fields[0]?.fold;
    const strings = fold && ((a: string, b: string) => (fold(a) === fold(b) ? 0 : 1));
    return left.every((value, i) => value === right[i] || areEqual(value, right[i], strings));
  }
}
