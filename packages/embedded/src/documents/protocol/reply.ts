import { Long } from 'bson';
import { encode } from '../bson/encoder.js';
import type { BsonDocument } from '../bson/value.js';
import { operations, type Request } from './message.js';

/** One batch of a cursor; its documents go out as they are stored. */
export interface BatchReply {
  readonly field: 'firstBatch' | 'nextBatch';
  readonly documents: readonly Buffer[];
  /** Zero when there is no more. */
  readonly cursorId: bigint;
  readonly namespace: string;
}

/** What a command answers: fields of a document, or a batch. */
export type Reply =
  { readonly kind: 'document'; readonly document: BsonDocument } | ({ readonly kind: 'batch' } & BatchReply);

export function documentReply(document: BsonDocument): Reply {
  return { kind: 'document', document };
}

let lastId = 0;

/** The message that answers a request. */
export function encodeReply(request: Request, reply: Reply): Buffer {
  const body = reply.kind === 'batch' ? encodeBatch(reply) : [encode(reply.document)];
  const header = request.isLegacy ? legacyHeader() : messageHeader();
  const message = Buffer.concat([header, ...body]);
  lastId = (lastId + 1) & 0x7fffffff;
  message.writeInt32LE(message.length, 0);
  message.writeInt32LE(lastId, 4);
  message.writeInt32LE(request.id, 8);
  return message;
}

function messageHeader(): Buffer {
  const header = Buffer.alloc(21);
  header.writeInt32LE(operations.message, 12);
  return header;
}

function legacyHeader(): Buffer {
  const header = Buffer.alloc(36);
  header.writeInt32LE(operations.reply, 12);
  // the flag says that the server can wait for data; one document follows
  header.writeInt32LE(8, 16);
  header.writeInt32LE(1, 32);
  return header;
}

const zero = Buffer.alloc(1);
const okField = encode({ ok: 1 }).subarray(4, -1);
const cursorName = elementName(0x03, 'cursor');

/** `{ cursor: { id, ns, [field]: [...] }, ok: 1 }` around documents that are encoded already, in parts. */
function encodeBatch({ field, documents, cursorId, namespace }: BatchReply): Buffer[] {
  const elements: Buffer[] = [];
  for (const [i, document] of documents.entries()) elements.push(placeName(i), document);
  const about = encode({ id: Long.fromBigInt(cursorId), ns: namespace }).subarray(4, -1);
  const cursor = wrap([about, elementName(0x04, field), ...wrap(elements)]);
  return wrap([cursorName, ...cursor, okField]);
}

function elementName(type: number, name: string): Buffer {
  return Buffer.from(`${String.fromCharCode(type)}${name}\0`, 'latin1');
}

/** Names of the places in an array; every batch begins with the same ones. */
const placeNames: Buffer[] = [];

function placeName(place: number): Buffer {
  if (place < 1000) return (placeNames[place] ??= elementName(0x03, String(place)));
  return elementName(0x03, String(place));
}

/** The parts of a document between its size and its closing zero. */
function wrap(parts: readonly Buffer[]): Buffer[] {
  const size = Buffer.allocUnsafe(4);
  size.writeInt32LE(parts.reduce((sum, part) => sum + part.length, 5));
  return [size, ...parts, zero];
}
