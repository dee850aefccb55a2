import type { Grain, MetricPoint, RetentionRow } from '@pelton/contract';

/** A period that is over with the one before it: what a page gives as the metric's value. */
export interface Glance {
  value: number | null;
  before: number | null;
  /** Beginning of the period that the value is of. */
  period: string;
  users: number;
}

/** The last period that is over, and the one before; the period that still runs is left out because it only grows. */
export function glanceAt(points: readonly MetricPoint[]): Glance | undefined {
  const over = points.filter((point) => point.complete);
  const last = over.at(-1);
  if (!last) return undefined;
  return { value: last.value, before: over.at(-2)?.value ?? null, period: last.period, users: last.users };
}

/** Index of the first period that has not ended, or undefined. */
export function unfinishedFrom(points: readonly MetricPoint[]): number | undefined {
  const index = points.findIndex((point) => !point.complete);
  return index < 0 ? undefined : index;
}

/** How far a value moved: points for a share, else a share of the value before. Null where there is nothing to compare with. */
export function changeOf(value: number | null, before: number | null, isShare: boolean): number | null {
  if (value === null || before === null) return null;
  if (isShare) return value - before;
  return before === 0 ? null : (value - before) / Math.abs(before);
}

/** Whether a change is good by the metric's own direction. */
export function toneOf(change: number | null, isInverse: boolean): 'ok' | 'warn' | 't3' {
  if (change === null || change === 0) return 't3';
  return change > 0 === isInverse ? 'warn' : 'ok';
}

/** How many periods a page may ask for, by grain. */
export const RANGES: Record<Grain, readonly number[]> = { day: [30, 60, 90], week: [13, 26, 52], month: [6, 13, 24] };

const DAYS: Record<Grain, number> = { day: 1, week: 7, month: 30.4375 };

/**
 * The instants to ask for so that a series has `count` periods and ends where another one ends.
 * @param end the end of the last period, not included
 */
export function spanBefore(end: string, grain: Grain, count: number): { from: string; to: string } {
  const last = Date.parse(end) - 1;
  const from = last - (count - 0.5) * DAYS[grain] * 86_400_000;
  return { from: new Date(from).toISOString(), to: new Date(last).toISOString() };
}

/** A day may end quietly: so long before its end the last event of a whole period may lie. */
const QUIET_HOURS: Record<Grain, number> = { day: 8, week: 36, month: 48 };

/**
 * Marks periods in which the data stops as unfinished, although the calendar is past them: a shop whose file ends on 9
 * December did not lose half of its revenue in December.
 * @param end the end of the last period
 * @param dataEnd the newest event of the project
 */
export function markStopped<P extends Pick<MetricPoint, 'period' | 'complete'>>(
  points: readonly P[],
  { end, dataEnd, grain }: { end: string; dataEnd: string | undefined; grain: Grain },
): P[] {
  const reach = reachOf(dataEnd, grain);
  const ends = [...new Set(points.map((point) => point.period)), end].sort();
  return points.map((point) => {
    const over = ends[ends.indexOf(point.period) + 1] ?? end;
    return point.complete && Date.parse(over) > reach ? { ...point, complete: false } : point;
  });
}

/** The same for cohorts: where the data stops within the last period, that period is not over for any of them. */
export function markStoppedCohorts(
  cohorts: readonly RetentionRow[],
  { end, dataEnd, grain }: { end: string; dataEnd: string | undefined; grain: Grain },
): RetentionRow[] {
  if (Date.parse(end) <= reachOf(dataEnd, grain)) return [...cohorts];
  return cohorts.map((row) => ({ ...row, complete: Math.min(row.complete, Math.max(0, row.returned.length - 1)) }));
}

function reachOf(dataEnd: string | undefined, grain: Grain): number {
  return dataEnd ? Date.parse(dataEnd) + QUIET_HOURS[grain] * 3_600_000 : Infinity;
}
