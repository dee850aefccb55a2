import { AppError, type Column, phrase, phraseOf, type Relation, toJsonSchema } from '@pelton/contract';
import { identifier, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnAt, inputOf, refuseTwice } from './columns.js';
import { asText, isEmptyable, sourceColumn } from './row-values.js';
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
  names: z
    .string()
    .min(1, 'Choose a column')
    .meta({ title: 'Columns from', description: 'Its values become columns', ui: { widget: 'column', of: 'rows' } }),
  values: z
    .array(z.string())
    .min(1, 'Name at least one value')
    .max(500)
    .meta({
      title: 'Which values',
      description: 'One new column for each, called like it; other values are left out',
      ui: { widget: 'values', of: 'names' },
    }),
  measure: Measure.default('count').meta({ title: 'Measure' }),
  column: z
    .string()
    .default('')
    .meta({
      title: 'Of',
      description: 'What stands in the new columns; a count needs none',
      ui: { widget: 'column', of: 'rows' },
    }),
});
type Params = z.infer<typeof Params>;

export const pivotStep: QueryKind<Params> = {
  kind: 'query',
  isKept: true,
  type: {
    uses: 'core/pivot',
    title: 'Pivot',
    description: 'Turns the values of a column into columns',
    layer: 'shape',
    role: 'transform',
    icon: 'table-column',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary({ groupBy, names, measure, column }) {
    const values = column ? phrase`${phraseOf(measure)} of ${column}` : phraseOf(measure);
    const groups = groupBy.join(', ');
    return groups ? phrase`${values} for each ${names} by ${groups}` : phrase`${values} for each ${names}`;
  },
  async compile({ params, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const groups = params.groupBy.map((name) => columnAt(rows, name, 'groupBy').name);
    const name = asText(sourceColumn(columnAt(rows, params.names, 'names').name));
    refuseTwice([...groups, ...params.values], 'values');
    const measured = measureOf(rows, params);
    const list = [
      ...groups.map((group) => sql`${sourceColumn(group)} AS ${identifier(group)}`),
      ...params.values.map((value) => sql`${measured(sql`${name} = ${value}`)} AS ${identifier(value)}`),
    ];
    const by = groups.length ? sql` GROUP BY ${join(groups.map(sourceColumn))}` : sql``;
    return sql`SELECT ${join(list)} FROM (${rows.sql}) AS source${by}`;
  },
};

/** The measure over the rows of which something holds: counts are 0 without any, all else is empty. */
function measureOf(rows: Relation, { measure, column: name }: Params): (holds: Sql) => Sql {
  if (measure === 'count') return (holds) => sql`countIf(${holds})`;
  const column = columnAt(rows, name, 'column');
  const of = sourceColumn(column.name);
  const orNull = isEmptyable(column) ? sql`OrNull` : sql``;
  switch (measure) {
    case 'count distinct':
      return (holds) => sql`uniqExactIf(${of}, ${holds})`;
    case 'sum':
      refuseText(column, measure);
      return (holds) => sql`sumOrNullIf(${of}, ${holds})`;
    case 'mean':
      refuseText(column, measure);
      return (holds) => sql`avgOrNullIf(${of}, ${holds})`;
    case 'least':
      return (holds) => sql`min${orNull}If(${of}, ${holds})`;
    case 'most':
      return (holds) => sql`max${orNull}If(${of}, ${holds})`;
    case 'first':
      return (holds) => sql`any${orNull}If(${of}, ${holds})`;
  }
}

function refuseText({ name, family }: Column, measure: string): void {
  if (family === 'number') return;
  throw new AppError('PARAM_INVALID', { field: 'column', reason: `a ${measure} needs numbers, ${name} is ${family}` });
}
