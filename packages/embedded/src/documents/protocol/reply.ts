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
  const body = reply.kind === 'batch' ? encodeBatch(reply) : encode(reply.document);
  const header = request.isLegacy ? legacyHeader() : messageHeader();
  lastId = (lastId + 1) & 0x7fffffff;
  header.writeInt32LE(header.length + body.length, 0);
  header.writeInt32LE(lastId, 4);
  header.writeInt32LE(request.id, 8);
  return Buffer.concat([header, body]);
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

/** `{ cursor: { id, ns, [field]: [...] }, ok: 1 }` around documents that are encoded already. */
function encodeBatch({ field, documents, cursorId, namespace }: BatchReply): Buffer {
  const elements = documents.flatMap((document, i) => [elementName(0x03, String(i)), document]);
  const array = wrap(elements);
  const about = encode({ id: Long.fromBigInt(cursorId), ns: namespace });
  const cursor = wrap([about.subarray(4, -1), elementName(0x04, field), array]);
  const ok = encode({ ok: 1 });
  return wrap([elementName(0x03, 'cursor'), cursor, ok.subarray(4, -1)]);
}

function elementName(type: number, name: string): Buffer {
  const bytes = Buffer.alloc(name.length + 2);
  bytes[0] = type;
  bytes.write(name, 1, 'latin1');
  return bytes;
}

function wrap(parts: readonly Buffer[]): Buffer {
  const size = Buffer.alloc(4);
  const length = parts.reduce((sum, part) => sum + part.length, 5);
  size.writeInt32LE(length);
  return Buffer.concat([size, ...parts, zero], length);
}
