import { ItemTypeName, phrase, type Sql, toJsonSchema } from '@pelton/contract';
import { instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnOf, inputOf } from './columns.js';
import type { ActionKind, StepContext } from './step-kind.js';
import { storeValues } from './store-values.js';
import { datedValues, fieldsOf, latestValues, oneRowEach } from './value-rows.js';

const Params = z.object({
  type: ItemTypeName.meta({
    title: 'Item type',
    description: 'What one row is, such as product or account',
    ui: { widget: 'item_type', placeholder: 'product' },
  }),
  itemId: z
    .string()
    .min(1, 'Choose the column of the id')
    .meta({ title: 'Id', ui: { widget: 'column', of: 'rows' } }),
  updatedAt: z
    .string()
    .default('')
    .meta({
      title: 'Time',
      description: 'When a row became true; without it, all are of now',
      ui: { widget: 'column', of: 'rows' },
    }),
  properties: z
    .array(
      z.object({
        name: z.string().min(1, 'Give the property a name').meta({ title: 'Property' }),
        column: z
          .string()
          .min(1, 'Choose a column')
          .meta({ title: 'Column', ui: { widget: 'column', of: 'rows' } }),
      }),
    )
    .default([])
    .meta({ title: 'Properties', description: 'Without any, every other column becomes one' }),
});
type Params = z.infer<typeof Params>;

const ITEMS = [{ name: 'items', title: 'Items' }];

/** Writes rows as items of a type; gives one row an item. */
export const toItemsStep: ActionKind<Params> = {
  kind: 'action',
  type: {
    uses: 'core/to-items',
    title: 'To items',
    description: 'Writes rows as items, such as products or accounts, that events refer to',
    layer: 'collect',
    role: 'store',
    icon: 'package',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: ITEMS,
  },
  params: Params,
  summary: ({ type, properties }) =>
    phrase`${type} · ${properties.map(({ name }) => name).join(', ') || phrase`all columns`}`,
  outputs: () => ITEMS,

  async columns(context) {
    return { items: await context.project.admin.columns(itemRows(context)) };
  },

  run: (context) =>
    storeValues(context, {
      port: 'items',
      id: sql`item_id`,
      rows: itemRows(context),
      table: 'item_properties',
      columns: sql`type, item_id, property, value, updated_at`,
      values: (items) => propertyRows(context, items),
    }),
};

/** item_id and one column a property, one row an item. */
function itemRows({ params, inputs, asOf }: StepContext<Params>): Sql {
  const rows = inputOf(inputs, 'rows');
  const time = params.updatedAt ? columnOf(rows, params.updatedAt) : undefined;
  const fields = fieldsOf(rows, params.properties, [params.itemId, params.updatedAt]);
  return oneRowEach(rows, time, { id: params.itemId, fields, asOf }, sql`item_id`);
}

/** Rows for the table `item_properties`: with a time every value at its own, else what is new in one row an item. */
export function propertyRows({ params, inputs, asOf }: StepContext<Params>, items: Sql): Sql {
  const rows = inputOf(inputs, 'rows');
  const fields = fieldsOf(rows, params.properties, [params.itemId, params.updatedAt]);
  const names = fields.map(({ name }) => ({ name, column: name }));
  const known = sql`SELECT item_id, toString(property) AS name, argMax(value, updated_at) FROM item_properties FINAL WHERE type = ${params.type} AND updated_at < ${instant(asOf)} GROUP BY item_id, name`;
  const values = params.updatedAt
    ? datedValues(rows, columnOf(rows, params.updatedAt), { id: params.itemId, fields, asOf })
    : latestValues(items, { id: 'item_id', fields: names, asOf }, known);
  return sql`SELECT ${params.type} AS type, id, name, value, at FROM (${values})`;
}
