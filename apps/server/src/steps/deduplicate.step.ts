import { listPhrases, phrase, toJsonSchema } from '@pelton/contract';
import { join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnAt, inputOf } from './columns.js';
import { compileFixedOrder } from './row-order.js';
import { sourceColumn } from './row-values.js';
import type { QueryKind } from './step-kind.js';

const Params = z.object({
  keys: z
    .array(z.string())
    .default([])
    .meta({
      title: 'One row for each',
      description: 'Without any, rows that are the same in every column become one',
      ui: { widget: 'columns', of: 'rows' },
    }),
  keep: z.enum(['first', 'last']).default('last').meta({ title: 'Keep' }),
  by: z
    .string()
    .default('')
    .meta({
      title: 'In the order of',
      description: 'Such as a time. Without it, or among equals, one of them, the same each time',
      ui: { widget: 'column', of: 'rows' },
    }),
});

export const deduplicateStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: true,
  type: {
    uses: 'core/deduplicate',
    title: 'Remove duplicates',
    description: 'Keeps one row of those that share a key',
    layer: 'shape',
    role: 'transform',
    icon: 'copy-minus',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary({ keys, keep, by }) {
    const each = keys.length ? phrase`one row for each ${keys.join(', ')}` : phrase`one row for each different row`;
    const order = keep === 'first' ? phrase`first by ${by}` : phrase`last by ${by}`;
    return listPhrases([each, by && order], ' · ');
  },
  async compile({ params: { keys, keep, by }, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const names = keys.length
      ? keys.map((name) => columnAt(rows, name, 'keys').name)
      : rows.columns.map(({ name }) => name);
    const direction = keep === 'first' ? 'ascending' : 'descending';
    if (by) columnAt(rows, by, 'by');
    const order = compileFixedOrder(rows, by ? [{ column: by, direction }] : [], 'by');
    return sql`SELECT * FROM (${rows.sql}) AS source ORDER BY ${order} LIMIT 1 BY ${join(names.map(sourceColumn))}`;
  },
};
