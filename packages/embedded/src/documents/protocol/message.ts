import { decode } from '../bson/decoder.js';
import { type BsonDocument, isDocument } from '../bson/value.js';
import { CommandError } from '../command-error.js';

/** Numbers of the message kinds that are spoken. */
export const operations = { reply: 1, query: 2004, message: 2013 } as const;

/** A command as a client sent it. */
export interface Request {
  readonly id: number;
  /** The form of a driver's very first message, answered in its own form. */
  readonly isLegacy: boolean;
  /** The client does not want to hear of the outcome. */
  readonly isUnacknowledged: boolean;
  readonly command: BsonDocument;
  /** Documents that came beside the command, by the field that they belong to, still encoded. */
  readonly sequences: ReadonlyMap<string, readonly Buffer[]>;
}

const checksumFlag = 1;
const moreToComeFlag = 2;
/** Bits that a receiver must understand. */
const requiredFlags = 0xffff;

/**
 * Reads one message.
 * @throws ProtocolError or BadValue when it is not well formed
 */
export function parseMessage(message: Buffer): Request {
  const id = message.readInt32LE(4);
  const operation = message.readInt32LE(12);
  if (operation === operations.message) return parseSections(id, message);
  if (operation === operations.query) return parseQuery(id, message);
  throw malformed(`operation ${operation} is not supported`);
}

function parseSections(id: number, message: Buffer): Request {
  if (message.length < 21) throw malformed('the message is cut');
  const flags = message.readUInt32LE(16);
  if (flags & requiredFlags & ~(checksumFlag | moreToComeFlag)) throw malformed('a flag is not known');
  const end = message.length - (flags & checksumFlag ? 4 : 0);
  const sequences = new Map<string, Buffer[]>();
  let command: BsonDocument | undefined;
  for (let at = 20; at < end;) {
    const kind = message[at]!;
    const size = sizeAt(message, at + 1, end);
    const section = message.subarray(at + 1, at + 1 + size);
    if (kind === 1) readSequence(section, sequences);
    else if (kind === 0 && !command) command = decode(section);
    else throw malformed(`section kind ${kind} is not expected`);
    at += 1 + size;
  }
  if (!command) throw malformed('there is no command');
  return { id, isLegacy: false, isUnacknowledged: (flags & moreToComeFlag) !== 0, command, sequences };
}

function readSequence(section: Buffer, sequences: Map<string, Buffer[]>): void {
  const nameEnd = section.indexOf(0, 4);
  if (nameEnd < 0) throw malformed('a sequence has no name');
  const name = section.toString('utf8', 4, nameEnd);
  const documents = sequences.get(name) ?? [];
  for (let at = nameEnd + 1; at < section.length;) {
    const size = sizeAt(section, at, section.length);
    documents.push(section.subarray(at, at + size));
    at += size;
  }
  sequences.set(name, documents);
}

function parseQuery(id: number, message: Buffer): Request {
  const nameEnd = message.indexOf(0, 20);
  if (nameEnd < 0 || nameEnd + 9 >= message.length) throw malformed('the message is cut');
  const start = nameEnd + 9;
  const body = decode(message.subarray(start, start + sizeAt(message, start, message.length)));
  const inner = body['$query'];
  const command = { ...(isDocument(inner) ? inner : body), $db: message.toString('utf8', 20, nameEnd).split('.')[0] };
  return { id, isLegacy: true, isUnacknowledged: false, command, sequences: new Map() };
}

function sizeAt(bytes: Buffer, at: number, end: number): number {
  const size = at + 4 <= end ? bytes.readInt32LE(at) : 0;
  if (size < 5 || at + size > end) throw malformed('a length is out of range');
  return size;
}

function malformed(reason: string): CommandError {
  return new CommandError('ProtocolError', `malformed message: ${reason}`);
}
