import {
  AppError,
  type ConnectorMessage,
  cursorValue,
  inBatches,
  type ReadRequest,
  withCursorStates,
} from '@pelton/sdk';
import type { Connection } from 'mysql2';
import { type CatalogueTable, readTable } from './catalogue.js';
import { quote, selectAll } from './column-sql.js';
import { isBoolean, isTime } from './column-type.js';
import { connect } from './connect.js';
import type { ConnectionConfig, MysqlContext, StreamOptions } from './connection-config.js';
import { explain } from './explain.js';

const BATCH = 2_000;
type Row = Record<string, string | boolean | null>;

/** The rows of a table, or those that its cursor says are new. */
export async function* readRows(
  context: MysqlContext,
  { stream }: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const connection = await connect(context);
  try {
    const table = await readTable(connection.promise(), context.config, { table: stream });
    const batches = inBatches(rowsOf(connection, table, selectRows(context.config, table, request)), BATCH);
    if (request.mode === 'incremental') yield* withCursorStates(batches, cursorOf(request));
    else for await (const records of batches) yield { type: 'RECORDS', records };
  } catch (error) {
    throw explain(context, error);
  } finally {
    connection.destroy();
  }
}

/** The server waits while nobody takes rows, so that there are never more than a batch of them here. */
async function* rowsOf(
  connection: Connection,
  { columns }: CatalogueTable,
  { text, values }: { text: string; values: string[] },
): AsyncGenerator<Row> {
  const booleans = columns.filter(({ type }) => isBoolean(type)).map(({ name }) => name);
  const rows = connection.query(text, values).stream({ highWaterMark: BATCH }) as AsyncIterable<Row>; // by typeCast
  for await (const row of rows) {
    for (const name of booleans) if (row[name] !== null) row[name] = row[name] === '1';
    yield row;
  }
}

/** With a key the last value is read again, since more rows may have come with it; without one they would count twice. */
function selectRows({ database }: ConnectionConfig, { name, columns }: CatalogueTable, request: ReadRequest) {
  const all = selectAll(database, name, columns);
  if (request.mode === 'full_refresh') return { text: all, values: [] };
  const cursor = cursorOf(request);
  const type = columns.find((column) => column.name === cursor)?.type;
  if (!type) throw new AppError('COLUMN_MISSING', { column: cursor, columns: columns.map((column) => column.name) });
  const value = cursorValue(cursor, request.state);
  const column = quote('t', cursor);
  const order = `ORDER BY ${column}`;
  if (value === undefined) return { text: `${all} ${order}`, values: [] };
  const comparison = request.primaryKey.length > 0 ? '>=' : '>';
  return { text: `${all} WHERE ${column} ${comparison} ${bound(type)} ${order}`, values: [String(value)] };
}

/** Compared as what the column is: a whole number beside text would be compared as a fraction, which is not exact. */
function bound(type: string): string {
  if (isTime(type)) return 'CAST(? AS DATETIME(6))';
  if (!/int/.test(type)) return '?';
  return `CAST(? AS ${type.includes('unsigned') ? 'UNSIGNED' : 'SIGNED'})`;
}

function cursorOf(request: Extract<ReadRequest, { mode: 'incremental' }>): string {
  if (request.cursor) return request.cursor;
  throw new AppError('PARAM_INVALID', {
    field: 'cursor',
    reason: 'Choose the column that tells what is new, such as updated_at',
  });
}
