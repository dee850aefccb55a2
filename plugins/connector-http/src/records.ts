import { AppError, type ConnectorMessage, cursorValue, type ReadRequest, type StreamInfo } from '@pelton/sdk';
import { inferColumns } from '@pelton/tabular';
import { HttpRefusal, openClient } from './client.js';
import type { HttpContext, StreamOptions } from './options.js';
import { formatOf, readPages, type Rows } from './pages.js';

export { writeRows } from './write-rows.js';

/** Records that types are told from. */
const SAMPLE = 1_000;

export async function check(context: HttpContext): Promise<{ ok: boolean; message: string }> {
  const client = await openClient(context);
  try {
    const response = await client.send('');
    await response.body?.cancel();
    return { ok: true, message: `${context.config.url} answers` };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    // Many an API has nothing at its very beginning; that it says so means that it is there.
    const isThere = error instanceof HttpRefusal && [400, 404, 405].includes(error.statusCode);
    return isThere ? { ok: true, message: `${context.config.url} answers` } : { ok: false, message: error.message };
  } finally {
    await client.close();
  }
}

/** An API does not list what it has, so only a stream that is described can be looked at. */
export async function discover(context: HttpContext, stream?: StreamOptions): Promise<StreamInfo[]> {
  if (!stream) return [];
  const client = await openClient(context);
  try {
    const records: Rows = [];
    for await (const page of readPages(client, stream)) {
      records.push(...page);
      if (records.length >= SAMPLE) break;
    }
    const columns = inferColumns(records.slice(0, SAMPLE), await isCsv(context, stream));
    const cursors = columns.filter(({ type }) => /Date|Int64/.test(type)).map(({ name }) => name);
    const primaryKey = columns.some(({ name }) => name === 'id') ? ['id'] : [];
    return [{ name: stream.stream, title: stream.stream, columns, rows: null, primaryKey, cursors }];
  } finally {
    await client.close();
  }
}

async function isCsv(context: HttpContext, stream: StreamOptions): Promise<boolean> {
  if (stream.format !== 'auto') return stream.format === 'csv';
  const client = await openClient(context);
  try {
    const response = await client.send(client.resolve(stream.stream).href);
    await response.body?.cancel();
    return formatOf(response, stream) === 'csv';
  } finally {
    await client.close();
  }
}

export async function* read(
  context: HttpContext,
  stream: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const client = await openClient(context);
  try {
    if (request.mode === 'full_refresh') {
      for await (const records of readPages(client, stream)) yield { type: 'RECORDS', records };
    } else yield* readNew(readPages.bind(null, client, stream), request);
  } finally {
    await client.close();
  }
}

/** Pages may come in any order, so only the whole read has a state. */
async function* readNew(
  pages: (since?: string | number) => AsyncGenerator<Rows>,
  { cursor, primaryKey, state }: Extract<ReadRequest, { mode: 'incremental' }>,
): AsyncGenerator<ConnectorMessage> {
  if (!cursor)
    throw new AppError('PARAM_INVALID', { field: 'cursor', reason: 'Choose the field that tells what is new' });
  const since = cursorValue(cursor, state);
  let last = since;
  for await (const page of pages(since)) {
    const records = page.filter((record) => isNew(record[cursor], since, primaryKey.length > 0));
    for (const record of records) if (isNew(record[cursor], last, false)) last = record[cursor] as string | number; // isNew looked
    if (records.length > 0) yield { type: 'RECORDS', records };
  }
  if (last !== undefined) yield { type: 'STATE', state: { cursor, value: last } };
}

function isNew(value: unknown, since: string | number | undefined, isInclusive: boolean): boolean {
  if (typeof value !== 'string' && typeof value !== 'number') return false;
  if (since === undefined) return true;
  return isInclusive ? value >= since : value > since;
}
