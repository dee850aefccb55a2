import { readdirSync, readFileSync } from 'node:fs';
import { bind, sql } from '@pelton/sdk';
import type { WarehouseClient } from './client.js';

const FOLDER = new URL('migrations/', import.meta.url);

/**
 * Applies the migrations that a project's database has not seen, in the order of their numbers. A migration that was
 * killed half-way runs again from its start, so every statement must bear being run twice.
 */
export async function migrate(client: WarehouseClient): Promise<string[]> {
  await client.run(
    sql`CREATE TABLE IF NOT EXISTS migrations (name String, applied_at DateTime64(3, 'UTC')) ENGINE = ReplacingMergeTree(applied_at) ORDER BY name`,
  );
  const applied = new Set(
    (await client.rows<{ name: string }>(sql`SELECT DISTINCT name FROM migrations`)).map((row) => row.name),
  );
  const missing = listMigrations().filter((name) => !applied.has(name));
  for (const name of missing) {
    for (const statement of statementsOf(name)) await client.run({ parts: [statement] });
    await client.run(sql`INSERT INTO migrations SELECT ${bind('String', name)}, now64(3)`);
  }
  return missing;
}

function listMigrations(): string[] {
  return readdirSync(FOLDER)
    .filter((name) => /^\d{4}_\w+\.sql$/.test(name))
    .sort();
}

/** A statement ends with a semicolon at the end of a line; comments before it go with it. */
function statementsOf(name: string): string[] {
  const text = readFileSync(new URL(name, FOLDER), 'utf8');
  return text
    .split(/;\s*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}
