import type { Sample, Sql } from '@pelton/contract';
import { bind, identifier, join, sql } from '@pelton/sdk';
import type { ProjectSql } from '../infra/warehouse.service.js';

export const SAMPLE_ROWS = 50;

/** The first rows of a relation, with its columns. */
export function firstRows(
  { admin }: Pick<ProjectSql, 'admin'>,
  relation: Sql,
  signal?: AbortSignal,
): Promise<Pick<Sample, 'columns' | 'rows'>> {
  const first = sql`SELECT * FROM (${relation}) LIMIT ${bind('UInt32', SAMPLE_ROWS)}`;
  return admin.table(first, signal && { signal });
}

/**
 * How many rows a relation has.
 * @param proves columns whose values are computed on the way, because counting rows alone would not show that they can be
 */
export async function countRows(
  { admin }: Pick<ProjectSql, 'admin'>,
  relation: Sql,
  { proves = [], signal }: { proves?: readonly string[]; signal?: AbortSignal } = {},
): Promise<number> {
  const proof = proves.length
    ? sql`, max(cityHash64(${join(proves.map((name) => sql`tuple(${identifier(name)})`))})) AS proof`
    : sql``;
  const count = sql`SELECT count() AS rows${proof} FROM (${relation})`;
  return (await admin.row<{ rows: number }>(count, signal && { signal })).rows;
}
