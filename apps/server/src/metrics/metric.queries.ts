import type { Grain, MetricShape, Sql } from '@pelton/contract';
import { bind, identifier, instant, join, sql } from '@pelton/sdk';

/** A row of {@link seriesQuery}. */
export interface SeriesRow {
  period: string;
  dimension: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  users: number;
}

/** A row of {@link retentionQuery}: how many of a cohort came back in the index-th period; index 0 counts the cohort itself. */
export interface RetentionCell {
  period: string;
  index: number;
  users: number;
}

export interface Span {
  grain: Grain;
  timezone: string;
  /** ISO instants that the values may be narrowed to; `to` is not included. */
  from?: string | undefined;
  to?: string | undefined;
}

/** The local beginning of the period that a time lies in, as an instant. Weeks begin on Monday. */
export function periodOf(time: Sql, grain: Grain, timezone: string): Sql {
  const zone = bind('String', timezone);
  const local = sql`toTimeZone(${time}, ${zone})`;
  const start = {
    day: sql`toDate(${local})`,
    week: sql`toStartOfWeek(${local}, 1)`,
    month: sql`toStartOfMonth(${local})`,
  }[grain];
  return sql`toTimeZone(toDateTime(${start}, ${zone}), 'UTC')`;
}

/**
 * Values of a metric by period, and by one of its dimensions when `by` names it.
 * @returns SELECT period, dimension, value, numerator, denominator, users, ordered; periods without facts are left out
 */
export function seriesQuery(facts: Sql, shape: MetricShape, span: Span, by: string | undefined): Sql {
  const dimension = by ? sql`toString(facts.${identifier(by)})` : sql`''`;
  const keys = sql`${periodOf(sql`facts.timestamp`, span.grain, span.timezone)} AS period, ${dimension} AS dimension`;
  const inSpan = sql`FROM (${facts}) AS facts WHERE ${within(sql`facts.timestamp`, span)}`;
  const order = sql`GROUP BY period, dimension ORDER BY dimension, period`;
  const users = sql`uniqExact(facts.user_id) AS users`;
  switch (shape.type) {
    case 'count':
    case 'sum':
      return sql`SELECT ${keys}, toFloat64(sum(facts.value)) AS numerator, NULL AS denominator, numerator AS value, ${users} ${inSpan} ${order}`;
    case 'unique_users':
    case 'retention':
      return sql`SELECT ${keys}, ${users}, toFloat64(users) AS numerator, NULL AS denominator, numerator AS value ${inSpan} ${order}`;
    case 'mean':
      return sql`SELECT ${keys}, toFloat64(sum(facts.value)) AS numerator, toFloat64(sum(facts.denominator)) AS denominator, if(denominator = 0, NULL, numerator / denominator) AS value, ${users} ${inSpan} ${order}`;
    case 'proportion': {
      const perUser = sql`SELECT ${keys}, facts.user_id AS user_id, sum(facts.value) AS reached ${inSpan} GROUP BY period, dimension, user_id HAVING sum(facts.denominator) > 0`;
      return sql`SELECT period, dimension, toFloat64(countIf(reached >= ${bind('Float64', shape.threshold)})) AS numerator, toFloat64(count()) AS denominator, numerator / denominator AS value, count() AS users FROM (${perUser}) ${order}`;
    }
  }
}

/**
 * How many of each cohort came back, by whole periods after their first.
 * A user's cohort is the period of the first fact with denominator > 0; a return is a fact with value > 0.
 */
export function retentionQuery(facts: Sql, span: Span): Sql {
  const zone = bind('String', span.timezone);
  const period = periodOf(sql`timestamp`, span.grain, span.timezone);
  const perUser = sql`SELECT minIf(${period}, denominator > 0) AS cohort, groupUniqArrayIf(${period}, value > 0) AS active FROM (${facts}) GROUP BY user_id HAVING countIf(denominator > 0) > 0`;
  const distance = sql`dateDiff(${bind('String', span.grain)}, toTimeZone(cohort, ${zone}), toTimeZone(start, ${zone}))`;
  const indexes = sql`arrayConcat([0], arrayFilter(distance -> distance > 0, arrayMap(start -> ${distance}, active)))`;
  const cells = sql`SELECT cohort AS period, arrayJoin(${indexes}) AS index FROM (${perUser})`;
  return sql`SELECT period, toInt64(index) AS index, count() AS users FROM (${cells}) WHERE ${within(sql`period`, span)} GROUP BY period, index ORDER BY period, index`;
}

/** What an experiment needs to know of its users: who was assigned what, and when. */
export interface Arms {
  /** SELECT user_id, variation, at */
  assignments: Sql;
  windowDays: number;
  asOf: string;
}

/**
 * Sufficient statistics of each arm: one value per user from the facts within the window after assignment.
 * Users whose window is not over are left out.
 */
export function armStatisticsQuery(facts: Sql, shape: MetricShape, { assignments, windowDays, asOf }: Arms): Sql {
  const days = bind('UInt16', windowDays);
  const matured = sql`SELECT user_id, variation, at FROM (${assignments}) WHERE at + INTERVAL ${days} DAY <= ${instant(asOf)}`;
  const inWindow = sql`facts.timestamp >= at AND facts.timestamp < at + INTERVAL ${days} DAY`;
  const hasDenominator = shape.type === 'mean';
  const y = valuePerUser(shape, inWindow);
  const d = hasDenominator ? sql`sumIf(facts.denominator, ${inWindow})` : sql`0.`;
  const perUser = sql`SELECT arms.user_id AS user_id, any(arms.variation) AS variation, toFloat64(${y}) AS y, toFloat64(${d}) AS d FROM (${matured}) AS arms LEFT JOIN (${facts}) AS facts ON facts.user_id = arms.user_id GROUP BY arms.user_id`;
  return sql`SELECT variation, count() AS users, sum(y) AS sum, sum(y * y) AS sumSquares, sum(d) AS denominatorSum, sum(d * d) AS denominatorSumSquares, sum(y * d) AS sumProducts FROM (${perUser}) GROUP BY variation`;
}

function valuePerUser(shape: MetricShape, inWindow: Sql): Sql {
  switch (shape.type) {
    case 'count':
    case 'sum':
    case 'mean':
      return sql`sumIf(facts.value, ${inWindow})`;
    case 'unique_users':
    case 'retention':
      return sql`countIf(${inWindow} AND facts.value > 0) > 0`;
    case 'proportion':
      return sql`sumIf(facts.value, ${inWindow}) >= ${bind('Float64', shape.threshold)}`;
  }
}

/** The beginning of each period from the one that `from` lies in to the one that `to` lies in. */
export function periodsQuery({ grain, timezone, from, to }: Required<Span> & { from: string; to: string }): Sql {
  const days = sql`dateDiff('day', ${instant(from)}, ${instant(to)}) + 2`;
  const time = sql`least(${instant(from)} + toIntervalDay(number), ${instant(to)})`;
  return sql`SELECT DISTINCT ${periodOf(time, grain, timezone)} AS period FROM numbers(toUInt64(${days})) ORDER BY period`;
}

function within(time: Sql, { from, to }: Span): Sql {
  const bounds = [from && sql`${time} >= ${instant(from)}`, to && sql`${time} < ${instant(to)}`].filter(
    (bound) => bound !== undefined && bound !== '',
  );
  return bounds.length ? join(bounds, ' AND ') : sql`true`;
}
