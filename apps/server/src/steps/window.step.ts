import { AppError, type Column, phrase, type Relation, toJsonSchema } from '@pelton/contract';
import { identifier, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnAt, inputOf, refuseTwice } from './columns.js';
import { compileFixedOrder, compileOrder, describeOrder, RowOrder } from './row-order.js';
import { isEmptyable, sourceColumn } from './row-values.js';
import type { QueryKind } from './step-kind.js';

const Look = z.enum(['row number', 'rank', 'running sum', 'running count', 'previous value', 'next value']);

const Added = z.object({
  name: z.string().min(1, 'Give the column a name').meta({ title: 'Name' }),
  what: Look.default('row number').meta({ title: 'What' }),
  column: z
    .string()
    .default('')
    .meta({ title: 'Of', ui: { widget: 'column', of: 'rows' } }),
});
type Added = z.infer<typeof Added>;

const Params = z.object({
  groupBy: z
    .array(z.string())
    .default([])
    .meta({
      title: 'Within each',
      description: 'Such as a user’s id: begins anew for each value. Without any, over all rows',
      ui: { widget: 'columns', of: 'rows' },
    }),
  orderBy: RowOrder.min(1, 'Choose at least one column').meta({ title: 'In the order of' }),
  columns: z
    .array(Added)
    .min(1, 'Add at least one column')
    .meta({ title: 'New columns', description: 'A row number, rank and running count need no column to be of' }),
});

export const windowStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: true,
  type: {
    uses: 'core/window',
    title: 'Rank and compare rows',
    description: 'Adds ranks, running sums, and the values of the row before or after',
    layer: 'shape',
    role: 'transform',
    icon: 'list-numbers',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary({ groupBy, orderBy, columns }) {
    const [names, order] = [columns.map(({ name }) => name).join(', '), describeOrder(orderBy)];
    return groupBy.length
      ? phrase`${names} within ${groupBy.join(', ')} in order of ${order}`
      : phrase`${names} in order of ${order}`;
  },
  async compile({ params: { groupBy, orderBy, columns }, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const groups = groupBy.map((name) => sourceColumn(columnAt(rows, name, 'groupBy').name));
    const within = groups.length ? sql`PARTITION BY ${join(groups)} ` : sql``;
    const order = compileOrder(rows, orderBy, 'orderBy');
    const fixed = compileFixedOrder(rows, orderBy, 'orderBy');
    const taken = rows.columns.map(({ name }) => name);
    columns.forEach(({ name }, index) => {
      const before = columns.slice(0, index).map((other) => other.name);
      refuseTwice([...taken, ...before, name], `columns.${index}.name`);
    });
    const added = columns.map((item, index) => {
      const value = looked(item, rows, `columns.${index}.column`);
      // Equals share a rank; all else needs an order that tells every row apart.
      const over = item.what === 'rank' ? order : fixed;
      return sql`${value.call} OVER (${within}ORDER BY ${over}${value.frame}) AS ${identifier(item.name)}`;
    });
    return sql`SELECT *, ${join(added)} FROM (${rows.sql}) AS source`;
  },
};

const TO_HERE = sql` ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`;
const ALL = sql` ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING`;

function looked({ what, column: name }: Added, rows: Relation, field: string): { call: Sql; frame: Sql } {
  switch (what) {
    case 'row number':
      return { call: sql`row_number()`, frame: sql`` };
    case 'rank':
      return { call: sql`rank()`, frame: sql`` };
    case 'running count':
      return { call: sql`count()`, frame: TO_HERE };
    case 'running sum':
      return { call: sql`sum(${numeric(columnAt(rows, name, field), field)})`, frame: TO_HERE };
    case 'previous value':
      return { call: sql`lagInFrame(${orNone(columnAt(rows, name, field))})`, frame: ALL };
    case 'next value':
      return { call: sql`leadInFrame(${orNone(columnAt(rows, name, field))})`, frame: ALL };
  }
}

function numeric({ name, family }: Column, field: string): Sql {
  if (family === 'number') return sourceColumn(name);
  throw new AppError('PARAM_INVALID', { field, reason: `a running sum needs numbers, ${name} is ${family}` });
}

/** So that the first row has nothing before it, rather than a zero. */
function orNone(column: Column): Sql {
  return isEmptyable(column) ? sql`toNullable(${sourceColumn(column.name)})` : sourceColumn(column.name);
}
