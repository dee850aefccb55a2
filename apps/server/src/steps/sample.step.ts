import { phrase, toJsonSchema } from '@pelton/contract';
import { bind, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnAt, inputOf } from './columns.js';
import { sourceColumn } from './row-values.js';
import type { QueryKind } from './step-kind.js';

/** Parts that a share is counted in: a ten-thousandth of a per cent each. */
const PARTS = 1_000_000;

const Params = z.object({
  take: z.enum(['share', 'fixed number']).default('share').meta({ title: 'Take a' }),
  percent: z
    .number()
    .min(0)
    .max(100)
    .default(10)
    .meta({ title: 'Share', description: 'Of the rows, nearly', ui: { unit: '%' } }),
  count: z
    .int()
    .min(1)
    .max(1_000_000_000)
    .default(1000)
    .meta({ title: 'Number', description: 'When a number is taken', ui: { unit: 'rows' } }),
  key: z
    .string()
    .default('')
    .meta({
      title: 'Whole groups of',
      description:
        'Such as a user’s id: rows with the same value are all taken or all left, and a number counts values',
      ui: { widget: 'column', of: 'rows' },
    }),
  seed: z
    .string()
    .default('1')
    .meta({
      title: 'Seed',
      description: 'The same seed takes the same rows; another takes others',
      ui: { advanced: true },
    }),
});
type Params = z.infer<typeof Params>;

export const sampleStep: QueryKind<Params> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/sample',
    title: 'Sample',
    description: 'Takes some of the rows at random, the same ones each time',
    layer: 'shape',
    role: 'transform',
    icon: 'dice',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary({ take, percent, count, key }) {
    const amount = take === 'share' ? `${percent} %` : count;
    return key ? phrase`${amount} of the values of ${key}` : phrase`${amount} of the rows`;
  },
  async compile({ params, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const names = params.key ? [columnAt(rows, params.key, 'key').name] : rows.columns.map(({ name }) => name);
    const values = join(names.map(sourceColumn));
    return sql`SELECT * FROM (${rows.sql}) AS source${taken(params, sql`sipHash64(${params.seed}, tuple(${values}))`)}`;
  },
};

/** Which rows are taken is a hash of them, so it does not hang on their order or on what else is there. */
function taken({ take, percent, count, key }: Params, hash: Sql): Sql {
  if (take === 'share') return sql` WHERE ${hash} % ${PARTS} < ${Math.round((percent / 100) * PARTS)}`;
  const number = bind('UInt64', count);
  return key ? sql` QUALIFY dense_rank() OVER (ORDER BY ${hash}) <= ${number}` : sql` ORDER BY ${hash} LIMIT ${number}`;
}
