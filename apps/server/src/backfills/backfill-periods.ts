import { AppError, backfillDays, type BackfillInput, MOST_PERIODS } from '@pelton/contract';
import { nextTime } from '../schedules/schedule.js';
import type { PeriodDoc } from './backfill.schema.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** No zone's day begins earlier than this before the same day in UTC, or later than a day after. */
const EARLIEST_MS = 15 * HOUR_MS;

/**
 * The periods of a back-fill that are over, with their instants in a time zone. A period is as long as its days are there:
 * a day on which clocks change has 23 or 25 hours.
 * @throws BACKFILL_EMPTY, BACKFILL_TOO_LONG
 */
export function periodsOf(
  { from, to, every }: Pick<BackfillInput, 'from' | 'to' | 'every'>,
  timezone: string,
  now: Date,
): PeriodDoc[] {
  const latest = new Date(now.getTime() + DAY_MS).toISOString().slice(0, 10);
  const days = backfillDays({ from, to: to < latest ? to : latest, every });
  if (days.length > MOST_PERIODS) throw new AppError('BACKFILL_TOO_LONG', { most: MOST_PERIODS });
  const starts = new Map(days.flatMap((day) => [day.from, day.to]).map((day) => [day, startOf(day, timezone)]));
  const periods = days.flatMap((day) => {
    const [start, end] = [starts.get(day.from), starts.get(day.to)];
    return start && end && start < end && end <= now ? [{ from: start, to: end }] : [];
  });
  if (periods.length === 0) throw new AppError('BACKFILL_EMPTY', { every });
  return periods;
}

/** The first moment of a day; a day that a zone left out, as some did at the date line, begins where the next one does. */
function startOf(day: string, timezone: string): Date {
  const utc = new Date(day).getTime();
  const [, month, date] = day.split('-').map(Number);
  const found = nextTime({ cron: `0 0 ${date} ${month} *`, timezone }, new Date(utc - EARLIEST_MS));
  if (found && found.getTime() - utc <= DAY_MS) return found;
  return startOf(new Date(utc + DAY_MS).toISOString().slice(0, 10), timezone);
}
