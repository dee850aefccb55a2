import { EngineError } from '../engine/engine-error.js';
import type { Engine, EngineConnection } from '../engine/engine.js';
import type { Answer } from '../http/answer.js';
import { contentTypeOf } from '../http/content-type.js';
import type { QueryRequest } from '../http/query-request.js';
import type { Summary } from '../http/summary.js';
import { quoteString } from '../sql/literal.js';
import type { CommandStatement, InsertStatement, RowsStatement, Statement } from '../sql/statement-kinds.js';
import { cancelQuery, rewriteKill } from './cancel.js';
import { canonicalize } from './canonical.js';
import { openOutlet } from './outlet.js';
import { READER_RESULT_BYTES } from './reader-limits.js';

/** What a statement runs with. */
export interface Run {
  engine: Engine;
  connection: EngineConnection;
  request: QueryRequest;
  answer: Answer;
  /** The named pipe that is this run's alone. */
  pipe: string;
  /** The labels of the queries under way, by the ids that clients gave them. */
  labels: ReadonlyMap<string, string>;
  /** The file with the data of an INSERT. */
  data: { file: string; codec: string } | undefined;
  /** Fires when nobody waits for the answer any more. */
  signal: AbortSignal;
}

/** Runs a statement and completes its answer. @throws EngineError @throws ClientGone */
export async function runStatement(statement: Statement, run: Run): Promise<void> {
  switch (statement.kind) {
    case 'rows':
      return runRows(statement, run);
    case 'insert':
      return runInsert(statement, run);
    case 'write':
      return run.answer.end(written(await run.connection.write(statement.sql)));
    case 'command':
      return runCommand(statement, run);
  }
}

async function runRows(statement: RowsStatement, run: Run): Promise<void> {
  const format = statement.format ?? run.request.defaultFormat;
  run.answer.announce(format, contentTypeOf(format));
  const outlet = openOutlet(run.pipe);
  const running = run.connection.read(
    `${statement.sql}\nINTO OUTFILE ${quoteString(run.pipe)} TRUNCATE FORMAT ${format}${statement.tail}`,
  );
  let isRunning = true;
  const settled = running.then(
    () => (isRunning = false),
    () => (isRunning = false),
  );
  const cancel = () => void cancelQuery(run.engine, run.connection.label, settled);
  run.signal.addEventListener('abort', cancel, { once: true });
  if (run.signal.aborted) cancel();
  try {
    await passOn(outlet.read(running), run);
    const result = await running;
    await outlet.closed;
    const { rowsRead: readRows, bytesRead: readBytes, elapsed } = result;
    await run.answer.end({ readRows, readBytes, writtenRows: 0, writtenBytes: 0, elapsedMs: elapsed * 1000 });
  } catch (error) {
    if (isRunning) cancel();
    await Promise.all([settled, outlet.closed]);
    const whole = statement.format ? `${statement.sql}FORMAT ${statement.format}${statement.tail}` : statement.sql;
    const better = await reword(error, run.connection, whole);
    if (better !== error || !isSyntaxError(error) || !statement.format) throw better;
    // What looks like a FORMAT clause is none: it parses as something else.
    await runRows({ kind: 'rows', sql: whole, format: undefined, tail: '' }, run);
  } finally {
    run.signal.removeEventListener('abort', cancel);
  }
}

async function passOn(chunks: AsyncIterable<Buffer>, { request, answer }: Run): Promise<void> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (request.user === 'reader' && bytes > READER_RESULT_BYTES) {
      const message = `Limit for result exceeded, max bytes: ${READER_RESULT_BYTES}`;
      throw new EngineError(396, 'TOO_MANY_ROWS_OR_BYTES', message);
    }
    await answer.write(chunk);
  }
}

async function runInsert(statement: InsertStatement, { connection, answer, data }: Run): Promise<void> {
  if (!data) throw new EngineError(108, 'NO_DATA_TO_INSERT', 'No data to insert');
  try {
    await answer.end(written(await connection.write(statement.fromFile(data.file, data.codec))));
  } catch (error) {
    throw await reword(error, connection, statement.sql);
  }
}

async function runCommand({ sql, verb }: CommandStatement, run: Run): Promise<void> {
  const { connection, answer, labels } = run;
  const { defaultFormat } = run.request;
  const result = await connection.read(verb === 'KILL' ? rewriteKill(sql, labels) : sql, defaultFormat);
  answer.announce(defaultFormat, contentTypeOf(defaultFormat));
  if (result.bytes.length > 0) await answer.write(result.bytes);
  const { rowsRead: readRows, bytesRead: readBytes, elapsed } = result;
  await answer.end({ readRows, readBytes, writtenRows: 0, writtenBytes: 0, elapsedMs: elapsed * 1000 });
}

/** A mistake in a statement is told in terms of what the client wrote, not of what we made of it. */
async function reword(error: unknown, connection: EngineConnection, original: string): Promise<unknown> {
  if (!isSyntaxError(error)) return error;
  return canonicalize(connection, original).then(
    () => error,
    (better: unknown) => better,
  );
}

function isSyntaxError(error: unknown): boolean {
  return error instanceof EngineError && error.type === 'SYNTAX_ERROR';
}

function written(result: { rowsWritten: number; bytesWritten: number; elapsed: number }): Summary {
  const { rowsWritten, bytesWritten, elapsed } = result;
  return {
    readRows: rowsWritten,
    readBytes: bytesWritten,
    writtenRows: rowsWritten,
    writtenBytes: bytesWritten,
    elapsedMs: elapsed * 1000,
  };
}
