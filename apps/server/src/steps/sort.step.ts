import { listPhrases, phrase, toJsonSchema } from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import { z } from 'zod';
import { inputOf } from './columns.js';
import { compileFixedOrder, describeOrder, RowOrder } from './row-order.js';
import type { QueryKind } from './step-kind.js';

const Params = z.object({
  by: RowOrder.min(1, 'Choose at least one column').meta({
    title: 'By',
    description: 'Empty values come last. The order holds until a step groups or joins the rows',
  }),
  limit: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .optional()
    .meta({ title: 'Only the first', description: 'Without it, all of them', ui: { unit: 'rows' } }),
});

/** Stays a query: a table that keeps its rows would not keep their order. */
export const sortStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/sort',
    title: 'Sort',
    description: 'Orders the rows, and may keep the first ones only',
    layer: 'shape',
    role: 'transform',
    icon: 'arrows-sort',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ by, limit }) => listPhrases([describeOrder(by), limit && phrase`first ${limit}`], ' · '),
  async compile({ params, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const limit = params.limit === undefined ? sql`` : sql` LIMIT ${bind('UInt64', params.limit)}`;
    return sql`SELECT * FROM (${rows.sql}) AS source ORDER BY ${compileFixedOrder(rows, params.by, 'by')}${limit}`;
  },
};
