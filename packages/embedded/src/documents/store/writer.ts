import { EJSON } from 'bson';
import { decode } from '../bson/decoder.js';
import type { BsonDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';
import type { CollectionIndex } from './collection-index.js';
import type { Collection } from './collection.js';

/** A document with its encoding, so that neither is made twice. */
export interface EncodedDocument {
  readonly document: BsonDocument;
  readonly bytes: Buffer;
}

/** Changes documents: at once, or in a transaction that only it sees until the commit. */
export interface Writer {
  read(collection: Collection, record: number): Buffer | undefined;
  /**
   * Says that a record is about to be written to, even if it comes out the same.
   * @throws WriteConflict when it was changed since the transaction began
   */
  claim(collection: Collection, record: number): void;
  /** @throws DuplicateKey when `_id` or a unique index has the document's values already */
  insert(collection: Collection, next: EncodedDocument): number;
  /** @throws DuplicateKey like an insert */
  replace(collection: Collection, record: number, before: BsonDocument, next: EncodedDocument): void;
  remove(collection: Collection, record: number, before: BsonDocument): void;
}

/**
 * Refuses a document whose key another record holds.
 * @param holders the other records with the key
 */
export function assertUnique(
  collection: Collection,
  index: CollectionIndex,
  document: BsonDocument,
  holders: Iterable<number>,
  read: (record: number) => Buffer | undefined,
): void {
  for (const record of holders) {
    // long texts are cut in keys and long numbers rounded, so the values themselves decide
    const bytes = read(record);
    if (bytes && index.hasSharedValues(document, decode(bytes))) throw duplicateKey(collection, index, document);
  }
}

function duplicateKey(collection: Collection, index: CollectionIndex, document: BsonDocument): CommandError {
  const { name, key } = index.specification;
  const keyValue = index.describe(document);
  const shown = Object.entries(keyValue).map(([field, value]) => `${field}: ${EJSON.stringify(value)}`);
  return new CommandError(
    'DuplicateKey',
    `E11000 duplicate key error collection: ${collection.name} index: ${name} dup key: { ${shown.join(', ')} }`,
    { extra: { keyPattern: key, keyValue } },
  );
}
