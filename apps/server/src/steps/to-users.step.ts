import { phrase, type Sql, toJsonSchema } from '@pelton/contract';
import { instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnOf, inputOf } from './columns.js';
import type { ActionKind, StepContext } from './step-kind.js';
import { storeValues } from './store-values.js';
import { datedValues, fieldsOf, latestValues, oneRowEach } from './value-rows.js';

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
      description: 'When a row became true; without it, all are of now',
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
  summary: ({ traits }) => phrase`${traits.map((trait) => trait.name).join(', ') || phrase`all columns`}`,
  outputs: () => USERS,

  async columns(context) {
    return { users: await context.project.admin.columns(userRows(context)) };
  },

  run: (context) =>
    storeValues(context, {
      port: 'users',
      id: sql`user_id`,
      rows: userRows(context),
      table: 'user_traits',
      columns: sql`user_id, trait, value, updated_at`,
      values: (users) => traitRows(context, users),
    }),
};

/** user_id and one column a trait, one row a user. */
function userRows({ params, inputs, asOf }: StepContext<Params>): Sql {
  const rows = inputOf(inputs, 'rows');
  const time = params.updatedAt ? columnOf(rows, params.updatedAt) : undefined;
  const fields = fieldsOf(rows, params.traits, [params.userId, params.updatedAt]);
  return oneRowEach(rows, time, { id: params.userId, fields, asOf }, sql`user_id`);
}

/** Rows for the table `user_traits`: with a time every value at its own, else what is new in one row a user. */
function traitRows({ params, inputs, asOf }: StepContext<Params>, users: Sql): Sql {
  const rows = inputOf(inputs, 'rows');
  const fields = fieldsOf(rows, params.traits, [params.userId, params.updatedAt]);
  if (params.updatedAt) return datedValues(rows, columnOf(rows, params.updatedAt), { id: params.userId, fields, asOf });
  const names = fields.map(({ name }) => ({ name, column: name }));
  const known = sql`SELECT user_id, toString(trait) AS name, argMax(value, updated_at) FROM user_traits FINAL WHERE updated_at < ${instant(asOf)} GROUP BY user_id, name`;
  return latestValues(users, { id: 'user_id', fields: names, asOf }, known);
}
