import { AppError, type WriteBatch, type WriteResult } from '@pelton/sdk';
import type pg from 'pg';
import { quote, withClient } from './connect.js';
import type { PostgresContext, TargetOptions } from './connection-config.js';

type Rows = Record<string, unknown>[];
type Write = (rows: Rows) => Promise<unknown>;

/** Writes all rows at once; when one of them is refused, halves, so that all others are written all the same. */
export function writeRows(
  context: PostgresContext,
  { table }: TargetOptions,
  batch: WriteBatch,
): Promise<WriteResult[]> {
  return withClient(context, async (client) => {
    const { schema } = context.config;
    const text = writeStatement(schema, table, batch);
    const results: WriteResult[] = [];
    try {
      const rows = withParts(batch.records, await columnsWithParts(client, schema, table));
      await writeHalves((some) => client.query(text, [JSON.stringify(some)]), rows, results);
    } catch (error) {
      // What was written before the connection broke is not written again.
      if (results.length === 0) throw explainTarget(error, table);
    }
    return results;
  });
}

/** Adds the result of each row, in their order. */
async function writeHalves(write: Write, rows: Rows, results: WriteResult[]): Promise<void> {
  try {
    await write(rows);
    results.push(...rows.map(() => ({ ok: true as const })));
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (rows.length === 1) {
      results.push({ ok: false, reason: error.detail ? `${error.message}. ${error.detail}` : error.message });
      return;
    }
    const half = Math.ceil(rows.length / 2);
    await writeHalves(write, rows.slice(0, half), results);
    await writeHalves(write, rows.slice(half), results);
  }
}

/** Columns whose values have parts: JSON and lists. */
async function columnsWithParts(client: pg.Client, schema: string, table: string): Promise<string[]> {
  const found = await client.query<{ name: string }>(
    `SELECT a.attname AS name FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND (t.typname IN ('json', 'jsonb') OR t.typcategory = 'A')`,
    [quote(schema, table)],
  );
  return found.rows.map(({ name }) => name);
}

/** The warehouse often holds such values as JSON text; they are written as what they are. */
function withParts(rows: Rows, columns: readonly string[]): Rows {
  if (columns.length === 0) return rows;
  return rows.map((row) => ({
    ...row,
    ...Object.fromEntries(columns.filter((name) => name in row).map((name) => [name, partsOf(row[name])])),
  }));
}

function partsOf(value: unknown): unknown {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value; // PostgreSQL says what is wrong with it
  }
}

/** One statement for any number of rows: each is read by the table's own types, from one JSON value. */
function writeStatement(schema: string, table: string, { mode, keys, records }: WriteBatch): string {
  const target = quote(schema, table);
  const names = [...new Set(records.flatMap((record) => Object.keys(record)))];
  const columns = names.map((name) => quote(name)).join(', ');
  const insert = `INSERT INTO ${target} (${columns}) SELECT ${columns} FROM json_populate_recordset(NULL::${target}, $1)`;
  if (mode === 'append') return insert;
  const others = names.filter((name) => !keys.includes(name));
  const change = others.map((name) => `${quote(name)} = EXCLUDED.${quote(name)}`).join(', ');
  const key = keys.map((name) => quote(name)).join(', ');
  return `${insert} ON CONFLICT (${key}) DO ${change ? `UPDATE SET ${change}` : 'NOTHING'}`;
}

/** Values that do not fit (22), break a rule (23, 44), meet twice in one write (21) or that a trigger turns away (P0001). */
function isRefusal(error: unknown): error is pg.DatabaseError {
  return codeOf(error) === 'P0001' || /^(2[123]|44)/.test(codeOf(error));
}

/** A table, column or unique index that is not there: trying again will not help. */
function explainTarget(error: unknown, table: string): unknown {
  if (!/^42(P01|703|P10)$/.test(codeOf(error)) || !(error instanceof Error)) return error;
  return new AppError(
    'PARAM_INVALID',
    { field: 'table', reason: `${table} takes no row: ${error.message}` },
    { cause: error },
  );
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
