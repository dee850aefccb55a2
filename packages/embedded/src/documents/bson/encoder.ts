import { calculateObjectSize, serialize } from 'bson';
import type { BsonDocument } from './value.js';

const options = { ignoreUndefined: true } as const;

/** Encodes a decoded document; numbers become ints or doubles by their value, wrapped ones keep their type. */
export function encode(document: BsonDocument): Buffer {
  const bytes = serialize(document, options);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The number of bytes that encoding would give. */
export function encodedSize(document: BsonDocument): number {
  return calculateObjectSize(document, options);
}
