import { type Column, listPhrases, phrase, toJsonSchema } from '@pelton/contract';
import { identifier, join, type Sql, sql } from '@pelton/sdk';
import { z } from 'zod';
import { columnOf, inputOf, refuseTwice } from './columns.js';
import { asText, sourceColumn } from './row-values.js';
import type { QueryKind } from './step-kind.js';

/** How a column may be converted, by words that a form shows. */
const Conversion = z.enum(['keep', 'text', 'number', 'whole number', 'time', 'yes or no']);
type Conversion = z.infer<typeof Conversion>;

const Params = z.object({
  columns: z
    .array(
      z.object({
        column: z.string().meta({ title: 'Column', ui: { widget: 'column', of: 'rows' } }),
        as: z
          .string()
          .default('')
          .meta({ title: 'New name', ui: { placeholder: 'same name' } }),
        convert: Conversion.default('keep').meta({ title: 'Convert to' }),
      }),
    )
    .min(1, 'Choose at least one column')
    .meta({ title: 'Columns' }),
  rest: z.boolean().default(false).meta({ title: 'Keep the other columns too' }),
  unreadable: z
    .enum(['become empty', 'stop the run'])
    .default('become empty')
    .meta({
      title: 'Values that cannot be converted',
      description: 'Such as “n/a” as a number',
      ui: { advanced: true },
    }),
});

export const selectStep: QueryKind<z.infer<typeof Params>> = {
  kind: 'query',
  isKept: false,
  type: {
    uses: 'core/select',
    title: 'Select columns',
    description: 'Keeps, renames and converts columns',
    layer: 'shape',
    role: 'transform',
    icon: 'columns',
    params: toJsonSchema(Params),
    inputs: [{ name: 'rows', title: 'Rows', needs: [], optional: false }],
    outputs: [{ name: 'rows', title: 'Rows' }],
  },
  params: Params,
  summary: ({ columns }) =>
    listPhrases(
      columns.map(({ column, as }) => (as && as !== column ? phrase`${column} as ${as}` : column)),
      ', ',
    ),
  proves: ({ columns, unreadable }) =>
    unreadable === 'become empty'
      ? []
      : columns.flatMap(({ column, as, convert }) => (convert === 'keep' ? [] : [as || column])),
  async compile({ params, inputs }) {
    const rows = inputOf(inputs, 'rows');
    const chosen = params.columns.map(({ column: name, as, convert }) => {
      const column = columnOf(rows, name);
      const isStrict = params.unreadable === 'stop the run' && convert !== 'keep' && convert !== 'text';
      const value = isStrict ? convertedOrStop(column, convert) : converted(sourceColumn(name), column, convert);
      return { from: name, to: as || name, sql: value };
    });
    const others = params.rest
      ? rows.columns
          .map((column) => column.name)
          .filter((name) => !chosen.some(({ from, to }) => name === from || name === to))
      : [];
    refuseTwice([...chosen.map(({ to }) => to), ...others], 'columns');
    const list = [
      ...chosen.map(({ to, sql: value }) => sql`${value} AS ${identifier(to)}`),
      ...others.map((name) => sql`${sourceColumn(name)} AS ${identifier(name)}`),
    ];
    return sql`SELECT ${join(list)} FROM (${rows.sql}) AS source`;
  },
};

function converted(value: Sql, { family }: Column, convert: Conversion): Sql {
  switch (convert) {
    case 'keep':
      return value;
    case 'text':
      return asText(value);
    case 'number':
      return sql`toFloat64OrNull(toString(${value}))`;
    case 'whole number':
      return sql`accurateCastOrNull(round(toFloat64OrNull(toString(${value}))), 'Int64')`;
    case 'time':
      // Its text would be what clocks of the column's own zone show.
      if (family === 'time') return sql`toDateTime64(${value}, 3, 'UTC')`;
      return sql`parseDateTime64BestEffortOrNull(toString(${value}), 3, 'UTC')`;
    case 'yes or no':
      return sql`accurateCastOrNull(toString(${value}), 'Bool')`;
  }
}

/** An error when there is a value that cannot be converted; nothing stays nothing. */
function convertedOrStop(column: Column, convert: Conversion): Sql {
  // Never a constant: those are computed even where there are no rows, or left out.
  const read = sql`materialize(${sourceColumn(column.name)})`;
  const value = converted(read, column, convert);
  const reason = `${column.name} has a value that cannot become a ${convert}. Filter such rows out before, or let these values become empty`;
  return sql`if(throwIf(isNull(${value}) AND ${asText(read)} != '', ${reason}) = 0, ${value}, NULL)`;
}
