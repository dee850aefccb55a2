import { BSONError, serialize } from 'bson';
import { badValue, CommandError } from '../command-error.js';
import type { BsonDocument } from './value.js';

/** MongoDB's limit on one document. */
export const maxDocumentBytes = 16 * 1024 * 1024;

/** What an answer may have around a document of the largest size. */
const maxBytes = maxDocumentBytes + 16 * 1024;

const options = { ignoreUndefined: true } as const;

/**
 * Encodes a decoded document; numbers become ints or doubles by their value, wrapped ones keep their type.
 * @throws BSONObjectTooLarge above MongoDB's limit, where the encoder would cut texts without a word
 */
export function encode(document: BsonDocument): Buffer {
  const bytes = serialized(document);
  if (bytes.length > maxBytes) throw tooLarge(bytes.length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** @throws BSONObjectTooLarge when the bytes are more than one document may have */
export function assertDocumentSize(bytes: Buffer): void {
  if (bytes.length > maxDocumentBytes) throw tooLarge(bytes.length);
}

function serialized(document: BsonDocument): Uint8Array {
  try {
    return serialize(document, options);
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes);
    if (cause instanceof BSONError) throw badValue(`the document cannot be encoded: ${cause.message}`);
    throw cause;
  }
}

function tooLarge(size: number): CommandError {
  const message = `object to insert too large. size in bytes: ${size}, max size: ${maxDocumentBytes}`;
  return new CommandError('BSONObjectTooLarge', message);
}
