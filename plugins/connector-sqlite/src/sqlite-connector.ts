import { setImmediate as breathe } from 'node:timers/promises';
import {
  AppError,
  type ConnectorMessage,
  cursorValue,
  defineConnector,
  type ReadRequest,
  type StreamInfo,
  withCursorStates,
} from '@pelton/sdk';
import { z } from 'zod';
import { ConnectionConfig, type Database, explain, openFile, type SqliteContext } from './database-file.js';

const BATCH = 1_000;
const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Table', ui: { widget: 'stream', of: 'connection' } }),
});
type Row = Record<string, string | number | null>;
interface TableColumn {
  name: string;
  type: string;
  pk: number;
}

/** Reads tables and views of a SQLite file; a stream is one of them. */
export const sqliteConnector = defineConnector({
  id: 'sqlite',
  title: 'SQLite',
  description: 'Reads tables and views of an uploaded SQLite file, or of one in an allowed folder.',
  icon: 'file-database',
  group: 'databases',
  config: ConnectionConfig,
  stream: StreamOptions,
  incremental: true,
  check,
  discover: (context, stream) => withFile(context, (database) => discover(database, stream?.stream)),
  read,
});

async function check(context: SqliteContext): Promise<{ ok: boolean; message: string }> {
  try {
    const tables = await withFile(context, tableNames);
    return tables.length > 0
      ? { ok: true, message: `${tables.length} tables in ${context.config.file}` }
      : { ok: false, message: `${context.config.file} has no tables. Check the file.` };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}

async function withFile<T>(context: SqliteContext, work: (database: Database) => T): Promise<T> {
  const database = await openFile(context);
  try {
    return work(database);
  } catch (error) {
    throw explain(context, error);
  } finally {
    database.close();
  }
}

function tableNames(database: Database): string[] {
  const found = database.all(
    `SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
  );
  return found.map(({ name }) => name as string); // a name is text
}

function columnsOf(database: Database, table: string): TableColumn[] {
  return database.all('SELECT name, type, pk FROM pragma_table_info(?)', [table]) as unknown as TableColumn[];
}

function discover(database: Database, only: string | undefined): StreamInfo[] {
  const names = tableNames(database).filter((name) => only === undefined || name === only);
  return names.map((name) => {
    const columns = columnsOf(database, name);
    const rows = Number(database.get(`SELECT count(*) AS rows FROM ${quote(name)}`)?.['rows']);
    const keys = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk);
    const cursors = columns.filter(({ type }) => /INT|DATE|TIME/i.test(type)).map((column) => column.name);
    return {
      ...{ name, title: name, rows, cursors },
      columns: columns.map(({ name: column, type }) => ({ name: column, type: `Nullable(${warehouseType(type)})` })),
      primaryKey: keys.map((column) => column.name),
    };
  });
}

/** By the affinity of what was declared. @see https://www.sqlite.org/datatype3.html */
function warehouseType(declared: string): string {
  if (/INT/i.test(declared)) return 'Int64';
  return /REAL|FLOA|DOUB/i.test(declared) ? 'Float64' : 'String';
}

async function* read(
  context: SqliteContext,
  { stream }: { stream: string },
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const database = await openFile(context);
  try {
    if (request.mode === 'full_refresh') {
      for await (const records of rowsOf(database, stream, '', [])) yield { type: 'RECORDS', records };
      return;
    }
    const { cursor, primaryKey, state } = request;
    if (!cursor)
      throw new AppError('PARAM_INVALID', { field: 'cursor', reason: 'Choose the column that tells what is new' });
    const value = cursorValue(cursor, state);
    const where = value === undefined ? '' : `WHERE ${quote(cursor)} ${primaryKey.length > 0 ? '>=' : '>'} ?`;
    const rows = rowsOf(database, stream, `${where} ORDER BY ${quote(cursor)}`, value === undefined ? [] : [value]);
    yield* withCursorStates(rows, cursor);
  } catch (error) {
    throw explain(context, error);
  } finally {
    database.close();
  }
}

/** SQLite reads in this very thread, so others get their turn after each batch. */
async function* rowsOf(
  database: Database,
  table: string,
  rest: string,
  values: (string | number)[],
): AsyncGenerator<Row[]> {
  const columns = columnsOf(database, table);
  if (columns.length === 0) throw new AppError('NOT_FOUND', { noun: 'table', name: table });
  const list = columns.map(({ name }) => {
    const column = quote(name);
    return `CASE typeof(${column}) WHEN 'blob' THEN hex(${column}) ELSE ${column} END AS ${column}`;
  });
  const statement = database.prepare(`SELECT ${list.join(', ')} FROM ${quote(table)} ${rest}`);
  try {
    let batch: Row[] = [];
    for (const row of statement.iterate(values)) {
      for (const name in row) if (typeof row[name] === 'bigint') (row as Row)[name] = String(row[name]);
      batch.push(row as Row);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
      await breathe();
    }
    if (batch.length > 0) yield batch;
  } finally {
    statement.finalize();
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
