import type { Column, Relation, Sql } from '@pelton/contract';
import { identifier, instant, join, sql } from '@pelton/sdk';
import { columnOf } from './columns.js';
import { asText, asTime, sourceColumn } from './row-values.js';

/** A column of rows that becomes a trait of a user or a property of an item. */
export interface ValueField {
  name: string;
  column: string;
}

interface Values {
  /** The column that holds whose values they are. */
  id: string;
  fields: readonly ValueField[];
  /** ISO instant of the run. */
  asOf: string;
}

/** The chosen fields, or one for every column that is neither of the others. */
export function fieldsOf(
  rows: Relation,
  chosen: readonly ValueField[],
  others: readonly string[],
): readonly ValueField[] {
  if (chosen.length > 0) return chosen;
  return rows.columns.filter(({ name }) => !others.includes(name)).map(({ name }) => ({ name, column: name }));
}

/**
 * Values that rows say of others, each at the time of its row: SELECT id, name, value, at. Empty values are left out, and
 * a row whose time cannot be read speaks of the run's.
 */
export function datedValues(rows: Relation, time: Column, values: Values): Sql {
  const at = sql`ifNull(${asTime(time, 'UTC')}, ${justBefore(values.asOf)})`;
  return valuesIn(rows.sql, values, at);
}

/**
 * Values of one row for each id, as of the run: SELECT id, name, value, at. What is known already is not said again.
 * @param known SELECT id, name, value: the latest values that are stored
 */
export function latestValues(rows: Sql, values: Values, known: Sql): Sql {
  const all = valuesIn(rows, values, sql`${justBefore(values.asOf)}`);
  return sql`SELECT id, name, value, at FROM (${all}) WHERE (id, name, value) NOT IN (${known})`;
}

/** One row for each id with the latest value of each field, under the field's name and with its type. */
export function oneRowEach(rows: Relation, time: Column | undefined, { id, fields, asOf }: Values, as: Sql): Sql {
  const key = asText(sourceColumn(columnOf(rows, id).name));
  const at = time ? asTime(time, 'UTC') : sql`${instant(asOf)}`;
  const values = fields.map(
    ({ name, column }) => sql`argMax(${sourceColumn(columnOf(rows, column).name)}, ${at}) AS ${identifier(name)}`,
  );
  return sql`SELECT ${join([sql`${key} AS ${as}`, ...values])} FROM (${rows.sql}) AS source WHERE ${key} != '' GROUP BY ${as}`;
}

function valuesIn(rows: Sql, { id, fields }: Values, at: Sql): Sql {
  const pairs = fields.map(({ name, column }) => sql`tuple(${name}, ${asText(sourceColumn(column))})`);
  const each = sql`SELECT ${asText(sourceColumn(id))} AS id, ${at} AS at, arrayJoin([${join(pairs)}]) AS pair FROM (${rows}) AS source`;
  return sql`SELECT id, pair.1 AS name, pair.2 AS value, at FROM (${each}) WHERE value != '' AND id != ''`;
}

/** What a run writes is seen by the steps after it, which look at what was before the run's instant. */
function justBefore(asOf: string) {
  return instant(new Date(Date.parse(asOf) - 1).toISOString());
}
