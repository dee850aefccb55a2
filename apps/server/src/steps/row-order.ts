import type { Relation, Sql } from '@pelton/contract';
import { join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnAt } from './columns.js';
import { rowHash, sourceColumn } from './row-values.js';

/** In which order rows stand: by the first column, among equals by the next. */
export const RowOrder = z.array(
  z.object({
    column: z
      .string()
      .min(1, 'Choose a column')
      .meta({ title: 'Column', ui: { widget: 'column', of: 'rows' } }),
    direction: z.enum(['ascending', 'descending']).default('ascending').meta({ title: 'Direction' }),
  }),
);
export type RowOrder = z.infer<typeof RowOrder>;

/** What follows ORDER BY; empty values come last either way. @throws PARAM_INVALID at `field` */
export function compileOrder(rows: Relation, order: RowOrder, field: string): Sql {
  const terms = order.map(({ column, direction }, index) => {
    const { name } = columnAt(rows, column, `${field}.${index}.column`);
    return direction === 'ascending'
      ? sql`${sourceColumn(name)} ASC NULLS LAST`
      : sql`${sourceColumn(name)} DESC NULLS LAST`;
  });
  return join(terms);
}

/** The same, and rows that the order does not tell apart stand the same way each time. */
export function compileFixedOrder(rows: Relation, order: RowOrder, field: string): Sql {
  return join([...(order.length ? [compileOrder(rows, order, field)] : []), rowHash('', rows)]);
}

/** Such as `country, amount ↓`. */
export function describeOrder(order: RowOrder): string {
  return order.map(({ column, direction }) => (direction === 'descending' ? `${column} ↓` : column)).join(', ');
}
