import { type Column, type Sql, toJsonSchema } from '@pelton/contract';
import { identifier, instant, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnOf, inputOf } from './columns.js';
import { asText, asTime, sourceColumn } from './row-values.js';
import type { ActionKind, StepContext } from './step-kind.js';

const Params = z.object({
  userId: z
    .string()
    .min(1, 'Choose the column of the person')
    .meta({ title: 'Person', ui: { widget: 'column', of: 'rows' } }),
  updatedAt: z
    .string()
    .default('')
    .meta({
      title: 'Time',
      description: 'Of two rows about one person, the later wins',
      ui: { widget: 'column', of: 'rows' },
    }),
  traits: z
    .array(
      z.object({
        name: z
          .string()
          .min(1, 'Give the trait a name')
          .meta({ title: 'Trait', ui: { widget: 'trait' } }),
        column: z
          .string()
          .min(1, 'Choose a column')
          .meta({ title: 'Column', ui: { widget: 'column', of: 'rows' } }),
      }),
    )
    .default([])
    .meta({ title: 'Traits', description: 'Without any, every other column becomes one' }),
});
type Params = z.infer<typeof Params>;

const USERS = [{ name: 'users', title: 'Users' }];

/** Writes rows as users with traits; gives one row a user. */
export const toUsersStep: ActionKind<Params> = {
  kind: 'action',
  type: {
    uses: 'core/to-users',
    title: 'To users',
    description: 'Writes rows as users with traits',
    layer: 'collect',
    role: 'store',
    icon: 'user',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: USERS,
  },
  params: Params,
  summary: ({ traits }) => (traits.length ? traits.map((trait) => trait.name).join(', ') : 'all columns'),
  outputs: () => USERS,

  async columns(context) {
    return { users: await context.project.admin.columns(userRows(context)) };
  },

  async run(context) {
    const { project, stage, isDraft, signal, show, asOf } = context;
    const { admin, database } = project;
    const [users, traits] = [stage('users'), stage('traits')];
    const rows = userRows(context);
    await admin.run(sql`CREATE OR REPLACE TABLE ${identifier(users)} ENGINE = MergeTree ORDER BY user_id AS ${rows}`, {
      signal,
    });
    const staged = sql`SELECT * FROM ${identifier(database, users)}`;
    const columns = await admin.columns(staged);
    const long = traitRows(staged, columns, asOf);
    show(sql`INSERT INTO user_traits ${traitRows(rows, columns, asOf)}`);
    await admin.run(sql`DROP TABLE IF EXISTS ${identifier(traits)} SYNC`);
    await admin.run(sql`CREATE TABLE ${identifier(traits)} AS user_traits`);
    await admin.run(sql`INSERT INTO ${identifier(traits)} ${long}`, { signal });
    if (!isDraft) await admin.run(sql`ALTER TABLE user_traits ATTACH PARTITION ALL FROM ${identifier(traits)}`);
    const { count } = await admin.row<{ count: number }>(sql`SELECT count() AS count FROM (${staged})`);
    const drafted = { table: 'user_traits' as const, rows: sql`SELECT * FROM ${identifier(database, traits)}` };
    return { outputs: { users: { sql: staged, columns } }, rows: { users: count }, ...(isDraft && { drafted }) };
  },
};

/** user_id and one column a trait, one row a user. */
function userRows({ params, inputs, asOf }: StepContext<Params>): Sql {
  const rows = inputOf(inputs, 'rows');
  const userId = asText(sourceColumn(columnOf(rows, params.userId).name));
  const at = params.updatedAt ? asTime(columnOf(rows, params.updatedAt), 'UTC') : sql`${instant(asOf)}`;
  const others = rows.columns
    .filter(({ name }) => name !== params.userId && name !== params.updatedAt)
    .map(({ name }) => ({ name, column: name }));
  const traits = params.traits.length ? params.traits : others;
  const values = traits.map(
    ({ name, column }) => sql`argMax(${sourceColumn(columnOf(rows, column).name)}, ${at}) AS ${identifier(name)}`,
  );
  return sql`SELECT ${join([sql`${userId} AS user_id`, ...values])} FROM (${rows.sql}) AS source WHERE ${userId} != '' GROUP BY user_id`;
}

/** One row a user and trait, for the table `user_traits`; empty values are left out. */
function traitRows(users: Sql, columns: readonly Column[], asOf: string): Sql {
  const pairs = columns
    .filter((column) => column.name !== 'user_id')
    .map(({ name }) => sql`tuple(${name}, ${asText(sourceColumn(name))})`);
  return sql`SELECT user_id, pair.1 AS trait, pair.2 AS value, ${instant(asOf)} AS updated_at FROM (SELECT source.user_id AS user_id, arrayJoin([${join(pairs)}]) AS pair FROM (${users}) AS source) WHERE value != ''`;
}
