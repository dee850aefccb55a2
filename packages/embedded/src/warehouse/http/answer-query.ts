import type { IncomingMessage } from 'node:http';
import type { EngineConnection } from '../engine/engine.js';
import { requireFormat, requireReading } from '../run/reader-gate.js';
import { runStatement } from '../run/run-statement.js';
import { openSession } from '../run/session.js';
import { spool } from '../run/spool.js';
import type { Statement } from '../sql/statement-kinds.js';
import type { Answer } from './answer.js';
import type { QueryHost } from './query-host.js';
import type { QueryRequest } from './query-request.js';
import { type ReadStatement, readStatement } from './read-statement.js';

/** One query on its way from the request to the answer. */
export interface Query {
  host: QueryHost;
  message: IncomingMessage;
  request: QueryRequest;
  answer: Answer;
  /** Where the data of an INSERT can be kept meanwhile. */
  file: string;
  /** Fires when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** Reads the statement of a request, takes in its data, waits for a place, and runs it. @throws EngineError @throws ClientGone */
export async function answerQuery(query: Query): Promise<void> {
  const { host, message, request, answer, signal } = query;
  const read = await readStatement(message, request);
  if (request.user === 'reader') requireReading(read.statement); // before its data is taken in
  const data = await collect(read, query.file);
  const slot = await host.slots[request.user].take(signal);
  try {
    const connection = await openSession(host.engine, request, host.memoryBytes);
    host.labels.set(request.queryId, connection.label);
    try {
      const statement = await admit(query, connection, read.statement);
      const { engine, labels } = host;
      const pipe = host.pipeOf(slot.number);
      await runStatement(statement, { engine, connection, request, answer, pipe, labels, data, signal });
    } finally {
      connection.close();
    }
  } finally {
    slot.release();
  }
}

async function admit({ host, request }: Query, connection: EngineConnection, statement: Statement): Promise<Statement> {
  if (request.user === 'admin') return statement;
  requireFormat(request.defaultFormat);
  return host.gate.admit(connection, requireReading(statement), request.parameters);
}

async function collect(read: ReadStatement, file: string): Promise<{ file: string; codec: string } | undefined> {
  if (!('data' in read)) return undefined;
  await spool(read.data.chunks, file);
  return { file, codec: read.data.codec };
}
