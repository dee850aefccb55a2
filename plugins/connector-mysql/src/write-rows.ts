import type { WriteBatch, WriteResult } from '@pelton/sdk';
import type { ExecuteValues } from 'mysql2';
import { type CatalogueTable, readTable } from './catalogue.js';
import { type Client, withClient } from './connect.js';
import type { MysqlContext, TargetOptions } from './connection-config.js';
import { insertInto, type Insert } from './insert-sql.js';
import { isRefusal, refused } from './refusal.js';
import { requireUniqueKey } from './unique-key.js';
import { toValue } from './values.js';

/** Of one statement, by the protocol. */
const MOST_VALUES = 60_000;

/**
 * Writes rows in one transaction, many at once; when one of them is refused, each by itself, so that the others are
 * written all the same.
 */
export function writeRows(context: MysqlContext, { table }: TargetOptions, batch: WriteBatch): Promise<WriteResult[]> {
  return withClient(context, async (client) => {
    const target = await readTable(client, context.config, { table, right: 'insert' });
    if (batch.mode === 'update') await requireUniqueKey(client, context.config.database, table, batch.keys);
    const insert = insertInto(context.config.database, table, batch);
    await client.beginTransaction();
    const results: WriteResult[] = [];
    for (const records of chunks(batch.records, Math.floor(MOST_VALUES / Math.max(1, insert.names.length))))
      results.push(...(await write(client, { target, insert, records })));
    await client.commit();
    return results;
  });
}

interface Writing {
  target: CatalogueTable;
  insert: Insert;
  records: Record<string, unknown>[];
}

async function write(client: Client, { target, insert, records }: Writing): Promise<WriteResult[]> {
  const types = new Map(target.columns.map(({ name, type }) => [name, type]));
  const send = (rows: Record<string, unknown>[]) => {
    const values = rows.flatMap((row) => insert.names.map((name) => toValue(row[name], types.get(name) ?? '')));
    return client.execute(insert.text(rows.length), values as ExecuteValues);
  };
  // A table that takes nothing back would keep the rows before the one that is refused, and get them again.
  if (target.isTransactional) {
    try {
      await send(records);
      return records.map(() => ({ ok: true as const }));
    } catch (error) {
      if (!isRefusal(error)) throw error;
    }
  }
  const results: WriteResult[] = [];
  for (const record of records) results.push(await send([record]).then(() => ({ ok: true as const }), refused));
  return results;
}

function chunks<T>(items: T[], size: number): T[][] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => index * size);
  return starts.map((start) => items.slice(start, start + size));
}
