import { AppError, type ConnectorMessage, cursorValue, type ReadRequest, withCursorStates } from '@pelton/sdk';
import type pg from 'pg';
import type Cursor from 'pg-cursor';
import type { CatalogueColumn } from './column-type.js';
import { warehouseType } from './column-type.js';
import { connect, explain, quote } from './connect.js';
import type { PostgresContext, StreamOptions } from './connection-config.js';
import { type CatalogueTable, readCatalogue } from './discover.js';

const BATCH = 2_000;
type Row = Record<string, string | boolean | null>;

/** The rows of a table as they were when the read began, or those that its cursor says are new. */
export async function* readRows(
  context: PostgresContext,
  { stream }: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const [client, { default: PgCursor }] = [await connect(context), await import('pg-cursor')];
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const { schema } = context.config;
    const [table] = await readCatalogue(client, schema, stream);
    if (!table) throw new AppError('NOT_FOUND', { noun: 'table', name: `${schema}.${stream}` });
    const { text, values } = selectRows(schema, table, request);
    const batches = batchesOf(client.query(new PgCursor<Row>(text, values)));
    if (request.mode === 'incremental') yield* withCursorStates(batches, cursorOf(request));
    else for await (const records of batches) yield { type: 'RECORDS', records };
  } catch (error) {
    throw explain(context, error);
  } finally {
    await client.end().catch(() => undefined); // it may be gone already
  }
}

async function* batchesOf(cursor: Cursor<Row>): AsyncGenerator<Row[]> {
  for (;;) {
    const rows = await cursor.read(BATCH);
    if (rows.length === 0) return;
    yield rows;
  }
}

/** With a key the last value is read again, since more rows may have come with it; without one they would count twice. */
function selectRows(schema: string, table: CatalogueTable, request: ReadRequest): pg.QueryConfig<unknown[]> {
  const columns = table.columns.map(select).join(', ');
  const all = `SELECT ${columns} FROM ${quote(schema, table.name)}`;
  if (request.mode === 'full_refresh') return { text: all, values: [] };
  const cursor = cursorOf(request);
  const type = table.columns.find(({ name }) => name === cursor)?.type;
  if (!type)
    throw new AppError('COLUMN_MISSING', { column: cursor, columns: table.columns.map((column) => column.name) });
  const value = cursorValue(cursor, request.state);
  const order = `ORDER BY ${quote(cursor)}`;
  if (value === undefined) return { text: `${all} ${order}`, values: [] };
  const comparison = request.primaryKey.length > 0 ? '>=' : '>';
  return { text: `${all} WHERE ${quote(cursor)} ${comparison} $1::${type} ${order}`, values: [value] };
}

function cursorOf(request: Extract<ReadRequest, { mode: 'incremental' }>): string {
  if (request.cursor) return request.cursor;
  throw new AppError('PARAM_INVALID', {
    field: 'cursor',
    reason: 'Choose the column that tells what is new, such as updated_at',
  });
}

/** A column as text that the warehouse reads. Times that it cannot hold, such as infinity, become null. */
function select(column: CatalogueColumn): string {
  const name = quote(column.name);
  if (warehouseType(column).includes('Date'))
    return `CASE WHEN ${name} BETWEEN '1900-01-01' AND '2299-12-31' THEN ${name} END AS ${name}`;
  return column.type.endsWith('[]') ? `array_to_json(${name})::text AS ${name}` : name;
}
