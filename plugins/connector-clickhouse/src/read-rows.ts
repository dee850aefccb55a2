import { AppError, type ConnectorMessage, cursorValue, type ReadRequest, withCursorStates } from '@pelton/sdk';
import { type CatalogueTable, readTable } from './catalogue.js';
import { isTime, valueOf } from './column-type.js';
import { type ClickHouseClient, explain, openClient } from './connect.js';
import type { ClickhouseContext, StreamOptions } from './connection-config.js';
import { quote } from './quote.js';

type Value = string | number | boolean | null;
type Row = Record<string, Value>;
interface Query {
  query: string;
  params: Record<string, string>;
}

/** Tables that keep several rows of a key until they are merged, and then one. */
const MERGES_ROWS = /(Replacing|Collapsing|Coalescing|Summing|Aggregating)MergeTree$/;

/** The rows of a table, or those that its cursor says are new. */
export async function* readRows(
  context: ClickhouseContext,
  { stream }: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const client = openClient(context);
  try {
    const { database } = context.config;
    const table = await readTable(client, database, stream);
    const batches = batchesOf(client, table, selectRows(database, table, request));
    if (request.mode === 'incremental') yield* withCursorStates(batches, cursorOf(request));
    else for await (const records of batches) yield { type: 'RECORDS', records };
  } catch (error) {
    throw explain(context, error);
  } finally {
    await client.close();
  }
}

/** The server waits while nobody takes rows. Columns have no aliases, because a condition would take those for the columns. */
async function* batchesOf(
  client: ClickHouseClient,
  { columns }: CatalogueTable,
  { query, params }: Query,
): AsyncGenerator<Row[]> {
  const answer = await client.query({ query, format: 'JSONCompactEachRow', query_params: params });
  for await (const batch of answer.stream<Value[]>())
    yield batch.map((row) => {
      const values = row.json();
      return Object.fromEntries(columns.map(({ name }, index) => [name, values[index] ?? null]));
    });
}

/** With a key the last value is read again, since more rows may have come with it; without one they would count twice. */
function selectRows(database: string, { name, engine, columns }: CatalogueTable, request: ReadRequest): Query {
  const list = columns.map((column) => valueOf(quote(column.name), column.type)).join(', ');
  const all = `SELECT ${list} FROM ${quote(database, name)}${MERGES_ROWS.test(engine) ? ' FINAL' : ''}`;
  if (request.mode === 'full_refresh') return { query: all, params: {} };
  const cursor = cursorOf(request);
  const type = columns.find((column) => column.name === cursor)?.type;
  if (!type) throw new AppError('COLUMN_MISSING', { column: cursor, columns: columns.map((column) => column.name) });
  const value = cursorValue(cursor, request.state);
  const order = `ORDER BY ${quote(cursor)}`;
  if (value === undefined) return { query: `${all} ${order}`, params: {} };
  const comparison = request.primaryKey.length > 0 ? '>=' : '>';
  return {
    query: `${all} WHERE ${quote(cursor)} ${comparison} ${bound(type)} ${order}`,
    params: { value: String(value), type },
  };
}

/** Compared as what the column is; a time was written in UTC. */
function bound(type: string): string {
  if (!isTime(type)) return 'CAST({value:String}, {type:String})';
  return /Date(32)?\b/.test(type) ? 'toDate32({value:String})' : `toDateTime64({value:String}, 9, 'UTC')`;
}

function cursorOf(request: Extract<ReadRequest, { mode: 'incremental' }>): string {
  if (request.cursor) return request.cursor;
  throw new AppError('PARAM_INVALID', {
    field: 'cursor',
    reason: 'Choose the column that tells what is new, such as updated_at',
  });
}
