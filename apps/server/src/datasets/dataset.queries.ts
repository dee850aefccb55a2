import { AppError, type Column, type Dataset, type Sql } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { warehouseErrorType } from '@pelton/warehouse';
import type { ProjectSql } from '../infra/warehouse.service.js';

/** Which part of a load a row came with; for rows that nothing else tells apart. Readers never see it. */
export const BATCH_COLUMN = '_pelton_batch';

/** The table of a dataset. */
export function tableOf(dataset: string): string {
  return `dataset_${dataset.replaceAll('-', '_')}`;
}

/** A new generation of a dataset's table, of one attempt at loading it. Names of datasets have no underscores, so it is never one of another dataset. */
export function generationOf(dataset: string, attempt: string): string {
  return `${tableOf(dataset)}__${attempt}`;
}

/** As the warehouse tells it; bytes on disk. */
export type DatasetSize = Pick<Dataset, 'rows' | 'bytes'>;

export interface DatasetShape {
  columns: readonly Pick<Column, 'name' | 'type'>[];
  /** Of two rows with the same key the later one counts; empty: every row counts. */
  primaryKey: readonly string[];
}

/**
 * @param shape.hasParts whether rows have to say which part of a load they came with
 * @param rows what the table has from the start, column by column in the order of the shape
 */
export function createDatasetTable(table: string, shape: DatasetShape & { hasParts: boolean }, rows?: Sql): Sql {
  const { columns, primaryKey, hasParts } = shape;
  const list = join([
    ...columns.map(({ name, type }) => sql`${identifier(name)} ${typeText(type)}`),
    ...(hasParts ? [sql`${identifier(BATCH_COLUMN)} LowCardinality(String) DEFAULT ''`] : []),
  ]);
  const key = join(primaryKey.map((name) => identifier(name)));
  const engine =
    primaryKey.length > 0
      ? sql`ReplacingMergeTree ORDER BY (${key}) SETTINGS allow_nullable_key = 1`
      : sql`MergeTree ORDER BY tuple()`;
  return sql`CREATE TABLE IF NOT EXISTS ${identifier(table)} (${list}) ENGINE = ${engine}${rows ? sql` AS ${rows}` : sql``}`;
}

export function addColumn(table: string, { name, type }: Pick<Column, 'name' | 'type'>): Sql {
  return sql`ALTER TABLE ${identifier(table)} ADD COLUMN IF NOT EXISTS ${identifier(name)} ${typeText(type)}`;
}

/** Fills a table with the rows of a relation, column by column by name. */
export function fillFrom(table: string, relation: Sql, columns: readonly Pick<Column, 'name'>[]): Sql {
  const names = join(columns.map(({ name }) => identifier(name)));
  return sql`INSERT INTO ${identifier(table)} (${names}) SELECT ${names} FROM (${relation})`;
}

/** A dataset's rows for those who read it. */
export function selectDataset(database: string, dataset: string, { columns, primaryKey }: DatasetShape): Sql {
  const names = join(columns.map(({ name }) => identifier(name)));
  const table = identifier(database, tableOf(dataset));
  return primaryKey.length > 0 ? sql`SELECT ${names} FROM ${table} FINAL` : sql`SELECT ${names} FROM ${table}`;
}

/** Takes out the rows of a part, and of those below it, that was never confirmed. Resolves when they are gone. */
export function deleteBatch(table: string, batch: string): Sql {
  return sql`ALTER TABLE ${identifier(table)} DELETE WHERE ${identifier(BATCH_COLUMN)} = ${batch} OR startsWith(${identifier(BATCH_COLUMN)}, ${`${batch}.`}) SETTINGS mutations_sync = 2`;
}

/** Rows and bytes on disk of a table as they are now; no row when it is not there. */
export function sizeOf(database: string, table: string): Sql {
  return sql`SELECT coalesce(total_rows, 0) AS rows, coalesce(total_bytes, 0) AS bytes FROM system.tables WHERE database = ${database} AND name = ${table}`;
}

/** Rows and bytes of a dataset's table, or of one made like it. Of rows with the same key one counts. */
export async function measureTable(
  { admin, database }: ProjectSql,
  table: string,
  { primaryKey }: Pick<DatasetShape, 'primaryKey'>,
): Promise<DatasetSize> {
  const [size = { rows: 0, bytes: 0 }] = await admin.rows<DatasetSize>(sizeOf(database, table));
  if (primaryKey.length === 0) return size;
  const counted = sql`SELECT count() AS rows FROM ${identifier(table)} FINAL`;
  return { ...size, rows: (await admin.row<{ rows: number }>(counted)).rows };
}

/** Lets a new generation take the place of a dataset's table; the old one has its name then. */
export async function publishGeneration({ admin }: ProjectSql, generation: string, dataset: string): Promise<void> {
  const table = tableOf(dataset);
  try {
    await admin.run(sql`EXCHANGE TABLES ${identifier(generation)} AND ${identifier(table)}`);
  } catch (error) {
    if (warehouseErrorType(error) !== 'UNKNOWN_TABLE') throw error;
    await admin.run(sql`RENAME TABLE ${identifier(generation)} TO ${identifier(table)}`);
  }
}

/** Names of all generations of a dataset that were left behind. */
export function generationsOf(database: string, dataset: string): Sql {
  return sql`SELECT name FROM system.tables WHERE database = ${database} AND startsWith(name, ${`${tableOf(dataset)}__`})`;
}

/**
 * A type as SQL text. A plugin says it, so it must not be able to say more than a type.
 * @throws PARAM_INVALID
 */
function typeText(type: string): Sql {
  if (!/^[A-Z][A-Za-z0-9_(), '/+-]*$/.test(type) || !isOneTerm(type))
    throw new AppError('PARAM_INVALID', { field: 'columns', reason: `${type} is not a type of the warehouse` });
  return { parts: [type] };
}

/** Whether parentheses are balanced and nothing stands beside them, such as a comma and a second column. */
function isOneTerm(type: string): boolean {
  let depth = 0;
  for (const sign of type) {
    if (sign === '(') depth += 1;
    if (sign === ')') depth -= 1;
    if (depth < 0 || (depth === 0 && (sign === ',' || sign === ' '))) return false;
  }
  return depth === 0;
}
