import type { Column, ColumnFamily, ColumnProfile, Sql, Spread, ValueCount } from '@pelton/contract';
import { bind, identifier, join, sql } from '@pelton/sdk';
import { asText, sourceColumn } from '../steps/row-values.js';

export const BARS = 20;
const TOP_VALUES = 6;
/** Up to so many different values their counts are exact, because each is counted. */
const COUNTED_VALUES = 2_000;

/** A column, or a value inside of a JSON column, that is profiled. */
export interface ProfiledField {
  name: string;
  family: ColumnFamily;
  /** The value in rows that the query calls `source`. */
  value: Sql;
}

/** @param keys of each JSON column, those that its first rows have, with what they hold */
export function profiledFields(
  columns: readonly Column[],
  keys: ReadonlyMap<string, ReadonlyMap<string, ColumnFamily>>,
): ProfiledField[] {
  return columns.flatMap(({ name, family }) => {
    const inside = [...(keys.get(name) ?? [])];
    if (inside.length === 0) return [{ name, family, value: sourceColumn(name) }];
    return inside.map(([key, holds]) => ({
      name: `${name}.${key}`,
      family: holds,
      value: identifier('source', name, key),
    }));
  });
}

/**
 * What each field looks like over all rows, but for the bars of numbers and times, whose ends have to be known first.
 * @returns SELECT of one row, for each field the columns `empty_1`, `distinct_1`, `top_1` and, of what has an order,
 *   `least_1`, `most_1`, `median_1`
 */
export function summaryQuery(relation: Sql, fields: readonly ProfiledField[]): Sql {
  const list = fields.flatMap((field, index) => {
    const text = asText(field.value);
    const common = [
      sql`countIf(${text} = '') AS ${alias('empty', index)}`,
      sql`uniqIf(${text}, ${text} != '') AS ${alias('distinct', index)}`,
      sql`approx_top_kIf(${bind('UInt64', TOP_VALUES)}, ${bind('UInt64', COUNTED_VALUES)})(${text}, ${text} != '') AS ${alias('top', index)}`,
    ];
    const number = asNumber(field);
    if (!number) return common;
    return [
      ...common,
      sql`minIf(${number}, isFinite(${number})) AS ${alias('least', index)}`,
      sql`maxIf(${number}, isFinite(${number})) AS ${alias('most', index)}`,
      sql`quantileIf(0.5)(${number}, isFinite(${number})) AS ${alias('median', index)}`,
    ];
  });
  return sql`SELECT ${join(list)} FROM (${relation}) AS source`;
}

/** @returns SELECT of one row, for each field that has a spread `bars_1`: lists of a bar's number and its count */
export function barsQuery(
  relation: Sql,
  spreads: readonly { field: ProfiledField; index: number; least: number; most: number }[],
): Sql {
  const list = spreads.map(({ field, index, least, most }) => {
    const number = asNumber(field) ?? sql`0`;
    const width = bind('Float64', (most - least) / BARS || 1);
    const bar = sql`toUInt8(least(${bind('Float64', BARS - 1)}, greatest(0, floor((ifNull(${number}, 0) - ${bind('Float64', least)}) / ${width}))))`;
    return sql`sumMapIf([${bar}], [toUInt64(1)], isFinite(${number}) = 1) AS ${alias('bars', index)}`;
  });
  return sql`SELECT ${join(list)} FROM (${relation}) AS source`;
}

export type SummaryRow = Record<string, unknown>;

/** Reads what {@link summaryQuery} gave of one field. */
export function readSummary({ name, family }: ProfiledField, index: number, row: SummaryRow): ColumnProfile {
  const distinct = Number(row[`distinct_${index + 1}`]);
  const least = row[`least_${index + 1}`];
  const counted = (row[`top_${index + 1}`] ?? []) as { item: string; count: number; error: number }[]; // as the query gives it
  const top: ValueCount[] = counted
    .filter(({ count, error }) => error === 0 && count > 1)
    .map(({ item, count }) => ({ value: item, count }));
  return {
    name,
    family,
    empty: Number(row[`empty_${index + 1}`]),
    distinct,
    top: top.length > 0 && (distinct <= COUNTED_VALUES || top.length > 1) ? top : [],
    spread: distinct > 0 && typeof least === 'number' ? spreadOf(row, index) : null,
  };
}

/** Reads the bars of a field from what {@link barsQuery} gave. */
export function readBars(index: number, row: SummaryRow): number[] {
  const [keys = [], counts = []] = (row[`bars_${index + 1}`] ?? []) as number[][]; // as the query gives them
  const bars = Array.from({ length: BARS }, () => 0);
  keys.forEach((bar, at) => (bars[bar] = Number(counts[at])));
  return bars;
}

/** The values of a column that stand most often: value, count. @param search part of the value, in any case */
export function valuesQuery(relation: Sql, column: string, search: string, limit: number): Sql {
  const value = asText(sourceColumn(column));
  const found = search ? sql` AND positionCaseInsensitiveUTF8(value, ${search}) > 0` : sql``;
  return sql`SELECT ${value} AS value, count() AS count FROM (${relation}) AS source WHERE value != ''${found} GROUP BY value ORDER BY count DESC, value LIMIT ${bind('UInt32', limit)}`;
}

function spreadOf(row: SummaryRow, index: number): Spread {
  const [least, most, median] = ['least', 'most', 'median'].map((what) => Number(row[`${what}_${index + 1}`]));
  return { least: least ?? 0, most: most ?? 0, median: median ?? 0, bars: [] };
}

/** Numbers as they are and times as milliseconds; nothing for what has no distance. */
function asNumber({ family, value }: ProfiledField): Sql | undefined {
  if (family === 'number') return sql`accurateCastOrNull(${value}, 'Float64')`;
  if (family === 'time')
    return sql`CAST(toUnixTimestamp64Milli(toDateTime64(${value}, 3, 'UTC')), 'Nullable(Float64)')`;
  return undefined;
}

function alias(what: string, index: number): Sql {
  return identifier(`${what}_${index + 1}`);
}
