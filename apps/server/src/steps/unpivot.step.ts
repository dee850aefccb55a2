import { type Column, describeColumn, phrase, type Sql, toJsonSchema } from '@pelton/contract';
import { bind, identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnAt, inputOf, refuseTwice } from './columns.js';
import { emptyableType, isEmptyable, sourceColumn } from './row-values.js';
import type { QueryKind } from './step-kind.js';
import { mergedType } from './union-columns.js';

const Params = z.object({
  columns: z
    .array(z.string())
    .min(1, 'Choose at least one column')
    .meta({
      title: 'Columns',
      description: 'Each becomes a row. Values of different kinds become text',
      ui: { widget: 'columns', of: 'rows' },
    }),
  name: z.string().min(1, 'Give the column a name').default('name').meta({ title: 'Column for the names' }),
  value: z.string().min(1, 'Give the column a name').default('value').meta({ title: 'Column for the values' }),
  empty: z.boolean().default(false).meta({ title: 'Make rows of empty values too' }),
});

export const unpivotStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/unpivot',
    title: 'Unpivot',
    description: 'Turns columns into rows of a name and a value',
    layer: 'shape',
    role: 'transform',
    icon: 'table-row',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ columns, name, value }) => phrase`${columns.join(', ')} as ${name} and ${value}`,
  async compile({ params: { columns, name, value, empty }, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const turned = columns.map((column) => columnAt(rows, column, 'columns'));
    refuseTwice(columns, 'columns');
    const others = rows.columns.map((column) => column.name).filter((other) => !columns.includes(other));
    refuseTwice([...others, name], 'name');
    refuseTwice([...others, name, value], 'value');
    const cells = turned.map((column) => sql`(${column.name}, ${asCell(column, turned)})`);
    const list = [
      ...others.map((other) => sql`${sourceColumn(other)} AS ${identifier(other)}`),
      sql`source.\`@cell\`.1 AS ${identifier(name)}`,
      sql`source.\`@cell\`.2 AS ${identifier(value)}`,
    ];
    const where = empty ? sql`` : sql` WHERE isNotNull(source.\`@cell\`.2)`;
    return sql`SELECT ${join(list)} FROM (SELECT *, arrayJoin([${join(cells)}]) AS \`@cell\` FROM (${rows.sql}) AS source) AS source${where}`;
  },
};

/** A value as what all of them can be. */
function asCell(column: Column, turned: readonly Column[]): Sql {
  const isAlike = turned.every((other) => other.family === column.family) && isEmptyable(column);
  const type = isAlike ? emptyableType(describeColumn('value', mergedType(turned))) : 'Nullable(String)';
  const value = sourceColumn(column.name);
  return sql`CAST(${isAlike || isEmptyable(column) ? value : sql`toString(${value})`}, ${bind('String', type)})`;
}
