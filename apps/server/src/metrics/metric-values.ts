import type { MetricPoint, MetricShape, RetentionRow } from '@pelton/contract';
import type { RetentionCell, SeriesRow } from './metric.queries.js';

/** Metrics that are zero where nothing happened; means and shares have no value there. */
const ZERO_TYPES = new Set<MetricShape['type']>(['count', 'sum', 'unique_users']);

/**
 * Points for every period of every group, also where the warehouse found nothing.
 * @param periods beginnings of the periods in order, with one more at the end that closes the last
 */
export function toPoints(
  rows: readonly SeriesRow[],
  periods: readonly string[],
  shape: MetricShape,
  asOf: string,
  by: string | undefined,
): MetricPoint[] {
  const groups = by ? [...new Set(rows.map((row) => row.dimension))] : [''];
  const found = new Map(rows.map((row) => [`${row.dimension} ${row.period}`, row]));
  const empty = ZERO_TYPES.has(shape.type) ? 0 : null;
  return groups.flatMap((group) =>
    periods.slice(0, -1).map((period, index) => {
      const row = found.get(`${group} ${period}`);
      return {
        period,
        value: row ? row.value : empty,
        numerator: row?.numerator ?? null,
        denominator: row?.denominator ?? null,
        users: row?.users ?? 0,
        complete: isOver(periods[index + 1], asOf),
        ...(by && { group }),
      };
    }),
  );
}

/** One row a cohort, with every period that has begun after it. */
export function toRetention(cells: readonly RetentionCell[], periods: readonly string[], asOf: string): RetentionRow[] {
  const found = new Map(cells.map((cell) => [`${cell.period} ${cell.index}`, cell.users]));
  const last = periods.length - 1;
  return periods.slice(0, last).flatMap((period, start) => {
    const users = found.get(`${period} 0`);
    if (users === undefined) return [];
    const returned = Array.from({ length: last - start - 1 }, (_, offset) => found.get(`${period} ${offset + 1}`) ?? 0);
    const complete = returned.filter((_, offset) => isOver(periods[start + offset + 2], asOf)).length;
    return [{ period, users, returned, complete }];
  });
}

function isOver(end: string | undefined, asOf: string): boolean {
  return end !== undefined && Date.parse(end) <= Date.parse(asOf);
}
