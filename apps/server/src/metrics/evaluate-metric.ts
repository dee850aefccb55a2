import { AppError, type Grain, type MetricQuery, type MetricValues } from '@pelton/contract';
import { toReadable } from '@pelton/sdk';
import type { DataView } from '../events/data-context.js';
import type { RunnableSql } from '../plugins/plugin-sql.js';
import { periodsQuery, type RetentionCell, retentionQuery, type SeriesRow, seriesQuery } from './metric.queries.js';
import { toPoints, toRetention } from './metric-values.js';
import type { MetricDoc } from './metric.schema.js';

/** How many periods are shown, up to the last that has facts, when nobody asked for others. */
const SHOWN: Record<Grain, number> = { day: 60, week: 26, month: 13 };

/**
 * The values of a metric from its facts, which are read once.
 * @throws PARAM_INVALID for a dimension that the metric does not have
 */
export async function evaluateMetric(
  metric: Pick<MetricDoc, 'name' | 'shape'>,
  { sql: facts, client }: RunnableSql,
  view: DataView,
  query: Omit<MetricQuery, 'asOf'>,
): Promise<MetricValues> {
  const started = performance.now();
  const { by, grain } = query;
  if (by && !metric.shape.dimensions.includes(by)) {
    throw new AppError('PARAM_INVALID', { field: 'by', reason: `${metric.name} has no dimension ${by}` });
  }
  const span = { grain, timezone: view.timezone, from: query.from, to: query.to };
  const isRetention = metric.shape.type === 'retention';
  const statement = isRetention ? retentionQuery(facts, span) : seriesQuery(facts, metric.shape, span, by);
  const rows = await client.rows<(SeriesRow | RetentionCell) & { period: string }>(statement);
  const found = rows.map((row) => row.period).sort();
  const all = await client.rows<{ period: string }>(
    periodsQuery({
      grain,
      timezone: view.timezone,
      from: query.from ?? found[0] ?? view.asOf,
      to: monthAfter(query.to ?? view.asOf),
    }),
  );
  const periods = lastUsed(
    all.map((row) => row.period),
    rows,
    query,
  );
  const common = {
    metric: metric.name,
    unit: metric.shape.unit,
    grain,
    timezone: view.timezone,
    from: periods[0] ?? view.asOf,
    to: periods.at(-1) ?? view.asOf,
    asOf: view.asOf,
    sql: toReadable(statement),
  };
  if (isRetention) {
    const cohorts = toRetention(rows as RetentionCell[], periods, view.asOf); // the query of a retention gives these
    return { kind: 'retention', ...common, cohorts, ms: performance.now() - started };
  }
  const points = toPoints(rows as SeriesRow[], periods, metric.shape, view.asOf, by); // and that of a series these
  return { kind: 'series', ...common, ...(by && { by }), points, ms: performance.now() - started };
}

/** The periods up to the last that has anything, as many as are shown, and one more that closes the last. */
function lastUsed(
  periods: string[],
  rows: readonly { period: string; index?: number }[],
  query: Omit<MetricQuery, 'asOf'>,
): string[] {
  const position = new Map(periods.map((period, index) => [period, index]));
  const last = Math.max(...rows.map((row) => (position.get(row.period) ?? 0) + (row.index ?? 0)), 0);
  const { to } = query;
  const beyond = to ? periods.findIndex((period) => Date.parse(period) >= Date.parse(to)) : last + 1;
  const end = Math.min(beyond + 1, periods.length);
  const start = query.from ? 0 : Math.max(0, end - 1 - SHOWN[query.grain]);
  return periods.slice(start, end);
}

/** So that the period that an instant lies in has its end among the periods. */
function monthAfter(iso: string): string {
  return new Date(Date.parse(iso) + 32 * 86_400_000).toISOString();
}
