import type { MetricPoint, MetricShape } from '@pelton/contract';
import { FEW_PEOPLE } from '@/charts/retention-heat';
import { changeOf } from './series-shape';

export interface BreakdownRow {
  group: string;
  value: number | null;
  numerator: number | null;
  denominator: number | null;
  users: number;
  /** Points for a share, else a share of the value before. */
  change: number | null;
  /** A rate with too few people behind it. */
  isFew: boolean;
  /** Length of the bar: a share of the largest value. */
  bar: number;
}

const RATES = new Set<MetricShape['type']>(['proportion', 'mean']);

/** One period of a metric by a dimension, the groups with the most people first. */
export function toBreakdown(
  points: readonly MetricPoint[],
  { period, before, type }: { period: string; before: string | undefined; type: MetricShape['type'] },
): BreakdownRow[] {
  const earlier = new Map(points.filter((point) => point.period === before).map((point) => [point.group, point.value]));
  const here = points.filter((point) => point.period === period && point.users > 0);
  const most = Math.max(0, ...here.map((point) => point.value ?? 0));
  const rows = here.map((point) => ({
    group: point.group ?? '',
    value: point.value,
    numerator: point.numerator,
    denominator: point.denominator,
    users: point.users,
    change: changeOf(point.value, earlier.get(point.group) ?? null, type === 'proportion'),
    isFew: RATES.has(type) && point.users < FEW_PEOPLE,
    bar: most > 0 ? Math.max(0, point.value ?? 0) / most : 0,
  }));
  return rows.sort((a, b) => (RATES.has(type) ? b.users - a.users : (b.value ?? 0) - (a.value ?? 0)));
}
