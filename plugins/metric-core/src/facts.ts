import { type DataContext, identifier, join, property, type Sql, sql, type ValueTime } from '@pelton/sdk';

interface Facts {
  /** Which events are facts. */
  where: Sql;
  value: Sql;
  denominator?: Sql;
  dimensions?: readonly string[];
  /** Which values of users and items are broken down by. */
  values?: ValueTime;
}

/**
 * One fact for each event that counts.
 * @returns SELECT user_id String, timestamp DateTime64(3), value Float64[, denominator Float64][, dimensions String…]
 */
export function compileFacts(
  { events }: DataContext,
  { where, value, denominator, dimensions = [], values }: Facts,
): Sql {
  const columns = [
    sql`user_id`,
    sql`timestamp`,
    sql`toFloat64(${value}) AS value`,
    ...(denominator ? [sql`toFloat64(${denominator}) AS denominator`] : []),
    ...dimensions.map((name, index) => sql`${property(name, 'text', values)} AS ${inner(index)}`),
  ];
  const facts = sql`SELECT ${join(columns)} FROM ${events} WHERE ${where}`;
  return dimensions.length ? nameDimensions(facts, dimensions, denominator !== undefined) : facts;
}

/** Dimensions get their names outside, because one may bear the name of a column of events, such as `type`. */
function nameDimensions(facts: Sql, dimensions: readonly string[], hasDenominator: boolean): Sql {
  const columns = [
    ...['user_id', 'timestamp', 'value', ...(hasDenominator ? ['denominator'] : [])].map(
      (name) => sql`${identifier('facts', name)} AS ${identifier(name)}`,
    ),
    ...dimensions.map((name, index) => sql`facts.${inner(index)} AS ${identifier(name)}`),
  ];
  return sql`SELECT ${join(columns)} FROM (${facts}) AS facts`;
}

function inner(index: number): Sql {
  return identifier(`dimension_${index + 1}`);
}
