import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { EngineError } from '../engine/engine-error.js';
import type { Engine } from '../engine/engine.js';
import { admitReader } from '../run/reader-gate.js';
import { runStatement } from '../run/run-statement.js';
import { openSession } from '../run/session.js';
import type { Slots } from '../run/slots.js';
import { spool } from '../run/spool.js';
import { Answer, ClientGone } from './answer.js';
import type { Accounts, User } from './authentication.js';
import { type QueryRequest, readRequest } from './query-request.js';
import { type ReadStatement, readStatement } from './read-statement.js';
import { sendError } from './send-error.js';

/** The engine and what queries share. */
export interface QueryHost {
  engine: Engine;
  accounts: Accounts;
  /** What all queries together may use. */
  memoryBytes: number;
  /** Places for queries, so that the reader's cannot crowd out the others. */
  slots: Record<User, Slots>;
  /** The named pipe of a slot. */
  pipeOf: (slot: number) => string;
  /** A folder for bodies and results that are being collected. */
  scratch: string;
  /** The queries under way: the labels of their connections by the ids that clients gave. */
  labels: Map<string, string>;
}

let files = 0;

/** Runs the query of one request and answers it. Never throws: what goes wrong is the answer. */
export async function handleQuery(host: QueryHost, message: IncomingMessage, response: ServerResponse): Promise<void> {
  let request: QueryRequest;
  try {
    request = readRequest(message, host.accounts);
    reserve(host, request.queryId);
  } catch (error) {
    return sendError(response, asEngineError(error), host.engine.version);
  }
  const file = join(host.scratch, `query-${(files += 1)}`);
  const gone = new AbortController();
  response.once('close', () => response.writableFinished || gone.abort(new ClientGone()));
  const answer = new Answer({
    response,
    queryId: request.queryId,
    gzipLevel: gzipLevel(message, request),
    holdingFile: request.waitsForEnd ? `${file}-out` : undefined,
    version: host.engine.version,
  });
  try {
    await answerQuery(host, message, request, answer, file, gone.signal);
  } catch (error) {
    if (gone.signal.aborted) answer.discard();
    else await answer.fail(asEngineError(error));
  } finally {
    host.labels.delete(request.queryId);
    rmSync(file, { force: true });
  }
}

async function answerQuery(
  host: QueryHost,
  message: IncomingMessage,
  request: QueryRequest,
  answer: Answer,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const read = await readStatement(message, request);
  const data = await collect(read, file);
  const slot = await host.slots[request.user].take(signal);
  try {
    const connection = await openSession(host.engine, request, host.memoryBytes);
    host.labels.set(request.queryId, connection.label);
    try {
      const statement = request.user === 'reader' ? await admitReader(connection, read.statement) : read.statement;
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

async function collect(read: ReadStatement, file: string): Promise<{ file: string; codec: string } | undefined> {
  if (!('data' in read)) return undefined;
  await spool(read.data.chunks, file);
  return { file, codec: read.data.codec };
}

function reserve({ labels }: QueryHost, queryId: string): void {
  if (labels.has(queryId)) {
    const message = `Query with id = ${queryId} is already running`;
    throw new EngineError(216, 'QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING', message);
  }
  labels.set(queryId, '');
}

function gzipLevel(message: IncomingMessage, { settings }: QueryRequest): number | undefined {
  if (settings.get('enable_http_compression') !== '1') return undefined;
  if (!/\bgzip\b/.test(message.headers['accept-encoding'] ?? '')) return undefined;
  return Math.min(9, Math.max(1, Number(settings.get('http_zlib_compression_level') ?? 3) || 3));
}

function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error;
  return new EngineError(1001, 'STD_EXCEPTION', error instanceof Error ? error.message : String(error));
}
