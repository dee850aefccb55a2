import type { Sync } from '@pelton/contract';

const KEPT_DAYS = 14;
const DAY_MS = 86_400_000;

/** The day of an instant in UTC, such as `2026-11-22`. */
export function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, 10);
}

/** The days that are told, the oldest first. */
export function lastDays(daily: Record<string, number> | undefined, now: Date): Sync['daily'] {
  return Object.entries(daily ?? {})
    .filter(([day]) => day >= firstDay(now))
    .map(([day, rows]) => ({ day, rows }))
    .sort((a, b) => a.day.localeCompare(b.day));
}

/** The change of a sync's document that counts rows to today and drops days that nobody is told any more. */
export function countRows(daily: Record<string, number> | undefined, rows: number, now: Date) {
  const old = Object.keys(daily ?? {}).filter((day) => day < firstDay(now));
  return {
    $inc: { [`daily.${dayOf(now)}`]: rows },
    ...(old.length > 0 && { $unset: Object.fromEntries(old.map((day) => [`daily.${day}`, 1])) }),
  };
}

function firstDay(now: Date): string {
  return dayOf(new Date(now.getTime() - (KEPT_DAYS - 1) * DAY_MS));
}
