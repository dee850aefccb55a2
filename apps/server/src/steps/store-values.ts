import type { Sql } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { StepOutcome, StepRunContext } from './step-kind.js';

/** What a step that stores users or items gives: one row each, and their values, one row a value. */
export interface ValueStore {
  /** The output port. */
  port: 'users' | 'items';
  /** The column of `rows` that tells them apart. */
  id: Sql;
  rows: Sql;
  table: 'user_traits' | 'item_properties';
  /** The columns of the table that `values` gives, in its order. */
  columns: Sql;
  /** Rows for the table, from `rows` as they were staged. */
  values: (rows: Sql) => Sql;
}

/** Stages both in tables of the run, then moves the values into their table at once; a draft leaves them staged. */
export async function storeValues(
  { project: { admin, database }, stage, isDraft, signal, confirm, show }: StepRunContext,
  { port, id, rows, table, columns: into, values }: ValueStore,
): Promise<StepOutcome> {
  const [stagedRows, stagedValues] = [stage(port), stage('values')];
  const target = identifier(table);
  await admin.run(sql`CREATE OR REPLACE TABLE ${identifier(stagedRows)} ENGINE = MergeTree ORDER BY ${id} AS ${rows}`, {
    signal,
  });
  const staged = sql`SELECT * FROM ${identifier(database, stagedRows)}`;
  const columns = await admin.columns(staged);
  show(sql`INSERT INTO ${target} ${values(rows)}`);
  await admin.run(sql`CREATE OR REPLACE TABLE ${identifier(stagedValues)} AS ${target}`);
  await admin.run(sql`INSERT INTO ${identifier(stagedValues)} (${into}) ${values(staged)}`, { signal });
  if (!isDraft) await confirm();
  if (!isDraft) await admin.run(sql`ALTER TABLE ${target} ATTACH PARTITION ALL FROM ${identifier(stagedValues)}`);
  const { count } = await admin.row<{ count: number }>(sql`SELECT count() AS count FROM (${staged})`);
  const drafted = { table, rows: sql`SELECT * FROM ${identifier(database, stagedValues)}` };
  return { outputs: { [port]: { sql: staged, columns } }, rows: { [port]: count }, ...(isDraft && { drafted }) };
}
