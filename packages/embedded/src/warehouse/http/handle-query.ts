import { rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { EngineError } from '../engine/engine-error.js';
import { Answer, ClientGone } from './answer.js';
import { answerQuery } from './answer-query.js';
import type { QueryHost } from './query-host.js';
import { type QueryRequest, readRequest } from './query-request.js';
import { sendError } from './send-error.js';

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
    await answerQuery({ host, message, request, answer, file, signal: gone.signal });
  } catch (error) {
    await (gone.signal.aborted ? answer.discard() : answer.fail(asEngineError(error)));
  } finally {
    host.labels.delete(request.queryId);
    message.resume(); // what nobody wanted to read must not stand before the next request
    rmSync(file, { force: true });
  }
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
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    return new EngineError(243, 'NOT_ENOUGH_SPACE', 'There is no space left for the data of the query');
  }
  return new EngineError(1001, 'STD_EXCEPTION', error instanceof Error ? error.message : String(error));
}
