import type { Column, Relation, Sql } from '@pelton/contract';
import { bind, identifier, join, sql } from '@pelton/sdk';

/** A column of the rows that a step reads, which its SQL calls `source`. */
export function sourceColumn(name: string): Sql {
  return identifier('source', name);
}

/** Text of a value; a missing one is empty, and a whole number that a file kept as 12345.0 is 12345. */
export function asText(value: Sql): Sql {
  return sql`ifNull(toString(${value}), '')`;
}

/** An instant as conditions read it: a time is the moment that it is, and only days and texts without a zone are of this one. */
export function asMoment(column: Column, timezone: string): Sql {
  if (column.family !== 'time') return asTime(column, timezone);
  return sql`toTimeZone(toDateTime64(${sourceColumn(column.name)}, 3, ${bind('String', timezone)}), 'UTC')`;
}

/**
 * An instant from a time, a text or a number of seconds or milliseconds; null when it cannot be read.
 * @param timezone what clocks showed it that wrote the times, whatever zone their column has
 */
export function asTime(column: Column, timezone: string): Sql {
  const value = sourceColumn(column.name);
  const zone = bind('String', timezone);
  switch (column.family) {
    case 'number':
      return sql`if(${value} > 100000000000, fromUnixTimestamp64Milli(toInt64(${value}), 'UTC'), toDateTime64(${value}, 3, 'UTC'))`;
    case 'time':
      return timezone === 'UTC'
        ? sql`toDateTime64(${value}, 3, 'UTC')`
        : sql`toTimeZone(toDateTime64(toString(${value}), 3, ${zone}), 'UTC')`;
    case 'text':
    case 'boolean':
    case 'json':
    case 'list':
    case 'other':
      return sql`toTimeZone(parseDateTime64BestEffortOrNull(toString(${value}), 3, ${zone}), 'UTC')`;
  }
}

/** A key as text, none as empty. A day is the same as its midnight, and a time as text the same as a time. */
export function asKey(column: Column, other: Column): Sql {
  const families = [column.family, other.family];
  const isTime = families.includes('time') && families.every((family) => family === 'time' || family === 'text');
  return asText(isTime ? asTime(column, 'UTC') : sourceColumn(column.name));
}

/** Lists and objects cannot be NULL; they are empty where nothing was found. */
export function isEmptyable({ family }: Column): boolean {
  return family === 'text' || family === 'number' || family === 'boolean' || family === 'time';
}

/** The type of a column in rows of which some have no value for it. */
export function emptyableType(column: Column): string {
  if (!isEmptyable(column) || column.nullable) return column.type;
  const inner = /^LowCardinality\((.*)\)$/.exec(column.type)?.[1] ?? column.type;
  return `Nullable(${inner})`;
}

/** A hash of 128 bits over a row, in which an empty value and none are different. */
export function rowHash(source: string, { columns }: Relation): Sql {
  const values = columns.map(({ name }) => sourceColumn(name));
  return sql`sipHash128(${source}, tuple(${join(values)}))`;
}

/** The columns back out of a tuple of their values, `cells` of what SQL calls `kept`. */
export function cellColumns(columns: readonly Column[]): Sql {
  return join(
    columns.map(
      ({ name }, index) => sql`tupleElement(kept.cells, ${bind('UInt32', index + 1)}) AS ${identifier(name)}`,
    ),
  );
}

/** One JSON object of columns whose types are known. Names with dots nest. */
export function asObject(fields: readonly { name: string; column: Column }[]): Sql {
  if (fields.length === 0) return sql`CAST('{}', 'JSON')`;
  const quoted = (name: string) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
  const type = `Tuple(${fields.map(({ name, column }) => `${quoted(name)} ${column.type}`).join(', ')})`;
  const values = join(fields.map(({ column }) => sourceColumn(column.name)));
  return sql`CAST(CAST(tuple(${values}), ${bind('String', type)}), 'JSON')`;
}
