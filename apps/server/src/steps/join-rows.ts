import type { Column, Relation, Sql } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import { z } from 'zod';
import { asKey, asMoment, emptyableType, isEmptyable, rowHash, sourceColumn } from './row-values.js';

/** Which rows a join gives: a left, an inner, a semi and an anti join, in words that a form shows. */
export const JoinKeep = z.enum([
  'every left row',
  'matching rows',
  'left rows with a match',
  'left rows without a match',
]);
type JoinKeep = z.infer<typeof JoinKeep>;

/** Two relations and how their rows belong together. */
export interface Joining {
  left: Relation;
  right: Relation;
  keep: JoinKeep;
  keys: readonly { left: Column; right: Column }[];
  /** Of several right rows, the latest at or before the left one's time. */
  asOf: { left: Column; right: Column } | undefined;
  /** Columns of the right side that are added, under which names. */
  added: readonly { column: Column; as: string }[];
  /** Where a time that does not say so itself is meant. */
  timezone: string;
}

const TIME = identifier('@time');

export function joinQuery(joining: Joining): Sql {
  const { left, keys, asOf, added, keep } = joining;
  const same = keys.map((_, index) => sql`source.${keyName(index)} = matched.${keyName(index)}`);
  const conditions = asOf ? [...same, sql`source.${TIME} >= matched.${TIME}`] : same;
  const columns = [
    ...left.columns.map(({ name }) => sql`${sourceColumn(name)} AS ${identifier(name)}`),
    ...added.map(({ column, as }, index) => sql`${valueOf(column, index, keep)} AS ${identifier(as)}`),
  ];
  return sql`SELECT ${join(columns)} FROM (${leftSide(joining)}) AS source ${joinWord(joining)} (${rightSide(joining)}) AS matched ON ${join(conditions, ' AND ')}${having(joining)}`;
}

function leftSide({ left, keys, asOf, timezone }: Joining): Sql {
  const time = asOf && asMoment(asOf.left, timezone);
  const named = keys.map(({ left: column, right }, index) => {
    const key = sql`nullIf(${asKey(column, right)}, '')`;
    return sql`${time ? sql`if(isNull(${time}), NULL, ${key})` : key} AS ${keyName(index)}`;
  });
  const at = time ? [sql`ifNull(${time}, toDateTime64(0, 3, 'UTC')) AS ${TIME}`] : [];
  return sql`SELECT *, ${join([...named, ...at])} FROM (${left.sql}) AS source`;
}

function rightSide({ right, keys, asOf, added, timezone }: Joining): Sql {
  const named = keys.map(
    ({ left, right: column }, index) => sql`nullIf(${asKey(column, left)}, '') AS ${keyName(index)}`,
  );
  const values = added.map(({ column }, index) => sql`${sourceColumn(column.name)} AS ${valueName(index)}`);
  const found = sql`true AS \`@found\``;
  if (!asOf) return sql`SELECT ${join([...named, ...values, found])} FROM (${right.sql}) AS source`;
  const time = asMoment(asOf.right, timezone);
  const at = sql`assumeNotNull(${time}) AS ${TIME}`;
  const once = join([...keys.map((_, index) => keyName(index)), TIME]);
  // Of two rows of one key and one instant, the same one each time.
  return sql`SELECT ${join([...named, at, ...values, found])} FROM (${right.sql}) AS source WHERE isNotNull(${time}) ORDER BY ${rowHash('', right)} LIMIT 1 BY ${once}`;
}

function joinWord({ keep, asOf }: Joining): Sql {
  if (asOf) return keep === 'matching rows' ? sql`ASOF JOIN` : sql`ASOF LEFT JOIN`;
  switch (keep) {
    case 'every left row':
      return sql`LEFT JOIN`;
    case 'matching rows':
      return sql`INNER JOIN`;
    case 'left rows with a match':
      return sql`LEFT SEMI JOIN`;
    case 'left rows without a match':
      return sql`LEFT ANTI JOIN`;
  }
}

/** An as-of join knows neither semi nor anti. */
function having({ keep, asOf }: Joining): Sql {
  if (asOf && keep === 'left rows with a match') return sql` WHERE matched.\`@found\``;
  if (asOf && keep === 'left rows without a match') return sql` WHERE NOT matched.\`@found\``;
  return sql``;
}

function valueOf(column: Column, index: number, keep: JoinKeep): Sql {
  const value = sql`matched.${valueName(index)}`;
  if (keep !== 'every left row' || !isEmptyable(column)) return value;
  return sql`CAST(if(matched.\`@found\`, ${value}, NULL), ${emptyableType(column)})`;
}

function keyName(index: number): Sql {
  return identifier(`@key_${index + 1}`);
}

function valueName(index: number): Sql {
  return identifier(`@value_${index + 1}`);
}
