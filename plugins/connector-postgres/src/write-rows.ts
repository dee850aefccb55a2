import type { WriteBatch, WriteResult } from '@pelton/sdk';
import type pg from 'pg';
import { quote, withClient } from './connect.js';
import type { PostgresContext, TargetOptions } from './connection-config.js';

/** Writes all rows at once; when one of them is refused, each by itself, so that the others are written all the same. */
export function writeRows(
  context: PostgresContext,
  { table }: TargetOptions,
  batch: WriteBatch,
): Promise<WriteResult[]> {
  const { records } = batch;
  return withClient(context, async (client) => {
    const text = insertInto(context.config.schema, table, batch);
    const write = (rows: unknown[]) => client.query(text, [JSON.stringify(rows)]);
    try {
      await write(records);
      return records.map(() => ({ ok: true as const }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
    const results: WriteResult[] = [];
    for (const record of records) results.push(await write([record]).then(() => ({ ok: true as const }), refused));
    return results;
  });
}

function insertInto(schema: string, table: string, { mode, keys, records }: WriteBatch): string {
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

/** Values that do not fit (22), break a rule (23) or meet twice in one write (21); everything else concerns all rows. */
function isRefusal(error: unknown): error is pg.DatabaseError {
  return error instanceof Error && 'code' in error && /^2[123]/.test(String(error.code));
}

function refused(error: unknown): WriteResult {
  if (!isRefusal(error)) throw error;
  return { ok: false, reason: error.detail ? `${error.message}. ${error.detail}` : error.message };
}
