import { randomUUID } from 'node:crypto';
import type { Database } from 'lmdb';
import { encode } from '../bson/encoder.js';
import { type BsonDocument } from '../bson/value.js';
import { CollectionIndex, type IndexSpecification, type IndexTraits } from './collection-index.js';
import { ownerRange, recordKey, recordOf } from './record-key.js';

/** The three LMDB tables: what collections there are, their documents, their index entries. */
export interface Tables {
  readonly meta: Database<Buffer, string>;
  readonly documents: Database<Buffer, Buffer>;
  readonly entries: Database<Buffer, Buffer>;
}

/** What the folder says of a collection. */
export interface CollectionDescription {
  readonly number: number;
  readonly uuid: string;
  readonly options: BsonDocument;
  readonly indexes: { number: number; specification: IndexSpecification; traits: IndexTraits }[];
}

/** A collection: its documents by record number, in the order in which they were inserted. */
export class Collection {
  readonly number: number;
  readonly uuid: string;
  readonly options: BsonDocument;
  /** The first is the one of `_id`; writers keep those that are still being built up to date too. */
  readonly indexes: CollectionIndex[];
  private nextNumber: number;
  private knownCount: number | undefined;

  constructor(
    private readonly tables: Tables,
    public name: string,
    description: CollectionDescription,
  ) {
    this.number = description.number;
    this.uuid = description.uuid;
    this.options = description.options;
    this.indexes = description.indexes.map((each) => new CollectionIndex(each.number, each.specification, each.traits));
    const { start, end } = ownerRange(this.number);
    const [last] = tables.documents.getKeys({ start: end, end: start, reverse: true, limit: 1 });
    this.nextNumber = last ? recordOf(last) + 1 : 1;
  }

  /** The key under which the folder describes a collection. */
  static metaKey(name: string): string {
    return `collection:${name}`;
  }

  /** A new description with nothing but the index of `_id`. */
  static describe(number: number, idIndexNumber: number, options: BsonDocument): CollectionDescription {
    const specification = { v: 2, key: { _id: 1 }, name: '_id_' };
    const traits = { isMultikey: [false], isInexact: false };
    const uuid = randomUUID();
    return { number, uuid, options, indexes: [{ number: idIndexNumber, specification, traits }] };
  }

  get database(): string {
    return this.name.slice(0, this.name.indexOf('.'));
  }

  get idIndex(): CollectionIndex {
    return this.indexes[0]!;
  }

  /** The encoded document of a record, copied out of the folder's memory. */
  read(record: number): Buffer | undefined {
    return this.tables.documents.getBinary(recordKey(this.number, record));
  }

  takeNumber(): number {
    return this.nextNumber++;
  }

  get count(): number {
    this.knownCount ??= this.tables.documents.getKeysCount(ownerRange(this.number));
    return this.knownCount;
  }

  changeCount(difference: number): void {
    if (this.knownCount !== undefined) this.knownCount += difference;
  }

  /** Stores the description; for use inside a change. */
  save(): void {
    const { number, uuid, options } = this;
    const indexes = this.indexes
      .filter(({ isReady }) => isReady)
      .map(({ number, specification, traits }) => ({ number, specification, traits }));
    this.tables.meta.putSync(Collection.metaKey(this.name), encode({ number, uuid, options, indexes }));
  }
}
