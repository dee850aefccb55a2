import type { IncomingMessage } from 'node:http';
import type { InsertStatement, Statement } from '../sql/statement-kinds.js';
import { parseStatement } from '../sql/statement.js';
import { codecOf, decodedBody, rawBody, readWhole, tooLarge } from './body.js';
import { boundaryOf, readFields } from './multipart.js';
import { addField, type QueryRequest } from './query-request.js';

/** The data of an INSERT, as it comes in. */
export interface InsertData {
  chunks: AsyncIterable<Buffer>;
  /** The engine's name of how the chunks are compressed. */
  codec: string;
}

export type ReadStatement =
  { statement: Exclude<Statement, InsertStatement> } | { statement: InsertStatement; data: InsertData };

/** A statement without its data: it has to fit into memory a few times. */
const LONGEST_STATEMENT = 64 * 1024 * 1024;
/** How much of a body is read before the first look for where its data begins. */
const FIRST_LOOK = 64 * 1024;

/**
 * Reads the statement of a request, which is in its URL, in its body, or partly in both, and leaves the data of an
 * INSERT to be read.
 */
export async function readStatement(message: IncomingMessage, request: QueryRequest): Promise<ReadStatement> {
  const boundary = boundaryOf(message.headers['content-type']);
  if (boundary) {
    for (const [name, value] of readFields(await readWhole(decodedBody(message), LONGEST_STATEMENT), boundary)) {
      if (name === 'query') request.query = value;
      else addField(request, name, value);
    }
    return readFrom(Buffer.from(request.query ?? ''), []);
  }
  if (request.query === undefined) return readFrom(Buffer.alloc(0), decodedBody(message));
  const query = Buffer.from(request.query);
  const statement = parseStatement(query.toString('latin1'), true);
  if (statement?.kind !== 'insert') return readFrom(Buffer.concat([query, Buffer.from('\n')]), decodedBody(message));
  if (statement.dataStart === query.length)
    return { statement, data: { chunks: rawBody(message), codec: codecOf(message) } };
  const first = Buffer.concat([query.subarray(statement.dataStart), Buffer.from('\n')]);
  return { statement, data: { chunks: join(first, decodedBody(message)), codec: 'none' } };
}

async function readFrom(beginning: Buffer, body: AsyncIterable<Buffer> | Iterable<Buffer>): Promise<ReadStatement> {
  const iterator = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]();
  let chunks = [beginning];
  let size = beginning.length;
  let nextLook = FIRST_LOOK;
  for (;;) {
    const step = await iterator.next();
    const isWhole = step.done === true;
    if (!isWhole) {
      chunks.push(step.value);
      size += step.value.length;
    }
    if (!isWhole && size < nextLook) continue;
    const text = Buffer.concat(chunks, size);
    chunks = [text];
    nextLook = size * 2;
    const statement = parseStatement(text.toString('latin1'), isWhole);
    if (statement?.kind === 'insert') {
      const rest: AsyncIterable<Buffer> = { [Symbol.asyncIterator]: () => iterator as AsyncIterator<Buffer> };
      return {
        statement,
        data: { chunks: join(text.subarray(statement.dataStart), isWhole ? [] : rest), codec: 'none' },
      };
    }
    if (statement) return { statement };
    if (size > LONGEST_STATEMENT) throw tooLarge(LONGEST_STATEMENT);
  }
}

async function* join(first: Buffer, rest: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<Buffer> {
  if (first.length > 0) yield first;
  yield* rest;
}
