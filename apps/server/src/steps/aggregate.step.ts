import { AppError, phrase, toJsonSchema } from '@pelton/contract';
import { identifier, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnOf, inputOf } from './columns.js';
import type { QueryKind } from './step-kind.js';

const Measure = z.enum(['count', 'count distinct', 'sum', 'mean', 'least', 'most', 'first']);

const Params = z.object({
  groupBy: z
    .array(z.string())
    .default([])
    .meta({
      title: 'One row for each',
      description: 'Without any, everything becomes one row',
      ui: { widget: 'columns', of: 'rows' },
    }),
  measures: z
    .array(
      z.object({
        name: z.string().min(1, 'Give the column a name').meta({ title: 'Name' }),
        measure: Measure.meta({ title: 'Measure' }),
        column: z
          .string()
          .default('')
          .meta({ title: 'Of', ui: { widget: 'column', of: 'rows' } }),
      }),
    )
    .min(1, 'Add at least one measure')
    .meta({ title: 'Measures' }),
});

type Measurement = z.infer<typeof Params>['measures'][number];

export const aggregateStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: true,
  type: {
    uses: 'core/aggregate',
    title: 'Aggregate',
    description: 'Makes one row of many: counts, sums, means',
    layer: 'shape',
    role: 'transform',
    icon: 'sum',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary({ groupBy, measures }) {
    const names = measures.map((item) => item.name).join(', ');
    return groupBy.length ? phrase`${names} by ${groupBy.join(', ')}` : phrase`${names}`;
  },
  async compile({ params, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const keys = params.groupBy.map((name) => identifier('source', columnOf(rows, name).name));
    const named = params.groupBy.map((name, index) => sql`${keys[index] ?? sql``} AS ${identifier(name)}`);
    const measures = params.measures.map((item, index) => {
      if (item.measure !== 'count') columnOf(rows, item.column);
      if (params.groupBy.includes(item.name))
        throw new AppError('PARAM_INVALID', {
          field: `measures.${index}.name`,
          reason: `${item.name} is already a column`,
        });
      return sql`${measured(item)} AS ${identifier(item.name)}`;
    });
    const group = keys.length ? sql` GROUP BY ${join(keys)}` : sql``;
    return sql`SELECT ${join([...named, ...measures])} FROM (${rows.sql}) AS source${group}`;
  },
};

/** A measure over a column, as the step Aggregate and the step To events name it. */
export function measured({ measure, column }: Pick<Measurement, 'measure' | 'column'>): Sql {
  const of = identifier('source', column);
  switch (measure) {
    case 'count':
      return sql`count()`;
    case 'count distinct':
      return sql`uniqExact(${of})`;
    case 'sum':
      return sql`sum(${of})`;
    case 'mean':
      return sql`avg(${of})`;
    case 'least':
      return sql`min(${of})`;
    case 'most':
      return sql`max(${of})`;
    case 'first':
      return sql`any(${of})`;
  }
}
