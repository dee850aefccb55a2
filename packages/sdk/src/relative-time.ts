import type { RelativeTime, Sql, TimeUnit } from '@pelton/contract';
import { bind, instant, sql } from './sql.js';

/** From where a condition looks: the instant, and the time zone whose days and hours count. */
export interface Vantage {
  /** ISO 8601. */
  asOf: string;
  timezone: string;
}

const DAYS: Record<TimeUnit, number> = { hour: 1 / 24, day: 1, week: 7, month: 31, year: 366 };
const MOST_DAYS = 36_600;

/**
 * Whether a time lies in a stretch, its beginning included and its end not.
 * @param stretch not more than a hundred years, see {@link isTooFar}
 * @param time DateTime64 or NULL
 * @returns a boolean expression; NULL where the time is
 */
export function compileRelativeTime(time: Sql, stretch: RelativeTime, { asOf, timezone }: Vantage): Sql {
  const now = sql`toTimeZone(${instant(asOf)}, ${timezone})`;
  const { unit } = stretch;
  switch (stretch.kind) {
    case 'last':
      return sql`(${time} >= ${moved(now, -stretch.count, unit)} AND ${time} < ${now})`;
    case 'next':
      return sql`(${time} >= ${now} AND ${time} < ${moved(now, stretch.count, unit)})`;
    case 'before':
      return sql`${time} < ${moved(now, -stretch.count, unit)}`;
    case 'after':
      return sql`${time} >= ${moved(now, stretch.count, unit)}`;
    case 'this':
    case 'previous': {
      const start = startOf(now, unit, timezone);
      return stretch.kind === 'this'
        ? sql`(${time} >= ${start} AND ${time} < ${moved(start, 1, unit)})`
        : sql`(${time} >= ${moved(start, -1, unit)} AND ${time} < ${start})`;
    }
  }
}

/** A stretch of more than a hundred years, which the warehouse's times may not hold. */
export function isTooFar(stretch: RelativeTime): boolean {
  return 'count' in stretch && stretch.count * DAYS[stretch.unit] > MOST_DAYS;
}

/** Hours are as long as they are everywhere; a day later it is the same time of day, however long that day was. */
function moved(time: Sql, by: number, unit: TimeUnit): Sql {
  const amount = bind('Int32', by);
  switch (unit) {
    case 'hour':
      return sql`addHours(${time}, ${amount})`;
    case 'day':
      return sql`addDays(${time}, ${amount})`;
    case 'week':
      return sql`addWeeks(${time}, ${amount})`;
    case 'month':
      return sql`addMonths(${time}, ${amount})`;
    case 'year':
      return sql`addYears(${time}, ${amount})`;
  }
}

function startOf(now: Sql, unit: TimeUnit, timezone: string): Sql {
  switch (unit) {
    case 'hour':
      return sql`toStartOfHour(${now})`;
    case 'day':
      return sql`toDateTime(toDate(${now}), ${timezone})`;
    case 'week':
      return sql`toDateTime(toStartOfWeek(${now}, 1), ${timezone})`;
    case 'month':
      return sql`toDateTime(toStartOfMonth(${now}), ${timezone})`;
    case 'year':
      return sql`toDateTime(toStartOfYear(${now}), ${timezone})`;
  }
}
