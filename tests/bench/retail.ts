import type { MetricValues } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import type { StepInput } from '../support/api.js';
import { AS_OF, defineRetail, hasOnlineRetail, ONLINE_RETAIL, RETAIL_STEPS } from '../support/online-retail.js';
import { type Figures, measure, median, round } from './figures.js';
import { runTime } from './run-time.js';
import { openWorkbench, type Workbench } from './workbench.js';

const ROUNDS = 5;
const MOST_RATIO = 1.3;
const STEPS: StepInput[] = RETAIL_STEPS.filter((step) =>
  ['orders', 'paid', 'money', 'events', 'revenue', 'cohorts'].includes(step.id),
);

/** Online Retail from the file to its metrics: a pipeline against the same work written by hand. */
export async function retail(): Promise<Figures> {
  if (!hasOnlineRetail)
    throw new Error('The Online Retail data set does not lie beside the project; this bench needs it');
  const bench = await openWorkbench();
  try {
    await bench.api.upload(ONLINE_RETAIL);
    await defineRetail(bench.api, 9);
    await bench.api.publish('retail', STEPS);
    const ours: number[] = [];
    const baseline: number[] = [];
    for (let turn = -1; turn < ROUNDS; turn += 1) {
      if (turn === 0) ours.length = baseline.length = 0; // the first turn only warms up
      await bench.warehouse.run(sql`TRUNCATE TABLE events`);
      ours.push(await runTime(bench.api, 'retail', { asOf: AS_OF }));
      baseline.push(await measure(() => runByHand(bench)));
    }
    await check(bench);
    const ratio = median(ours) / median(baseline);
    return {
      unit: 'ms',
      ours: round(median(ours)),
      baseline: round(median(baseline)),
      ratio: round(ratio),
      bar: `ratio <= ${MOST_RATIO}`,
      met: ratio <= MOST_RATIO,
    };
  } finally {
    await bench.close();
  }
}

/** What somebody who knows ClickHouse would type: load the file as events, then the two metrics. */
async function runByHand({ warehouse }: Workbench): Promise<void> {
  await warehouse.run(sql`CREATE OR REPLACE TABLE by_hand AS events`);
  await warehouse.run(sql`
    INSERT INTO by_hand
    SELECT
      hex(sipHash128(assumeNotNull(InvoiceNo), assumeNotNull(StockCode), ifNull(Description, ''), assumeNotNull(Quantity), assumeNotNull(InvoiceDate), assumeNotNull(UnitPrice), assumeNotNull(CustomerID), rowNumberInAllBlocks())),
      'track', 'Order Line', toString(assumeNotNull(CustomerID)), '', assumeNotNull(InvoiceDate), now64(3),
      CAST(CAST(tuple(InvoiceNo, Quantity * UnitPrice), 'Tuple(invoice Nullable(String), revenue Nullable(Float64))'), 'JSON'),
      CAST('{}', 'JSON'), 'by hand'
    FROM file(${ONLINE_RETAIL}, 'Parquet')
    WHERE Quantity > 0 AND UnitPrice > 0 AND CustomerID IS NOT NULL`);
  await warehouse.rows(sql`
    SELECT toStartOfMonth(timestamp) AS month, sum(accurateCastOrNull(properties.revenue, 'Float64')) AS revenue, uniqExact(user_id) AS users
    FROM by_hand FINAL WHERE event = 'Order Line' GROUP BY month ORDER BY month`);
  await warehouse.rows(sql`
    WITH cohorts AS (SELECT user_id, toStartOfMonth(min(timestamp)) AS cohort FROM by_hand FINAL WHERE event = 'Order Line' GROUP BY user_id)
    SELECT cohort, dateDiff('month', cohort, timestamp) AS month, uniqExact(user_id) AS users
    FROM by_hand FINAL INNER JOIN cohorts USING (user_id) WHERE event = 'Order Line' GROUP BY cohort, month ORDER BY cohort, month`);
}

/** Both sides have done the same, or the figure would mean nothing. */
async function check({ api, warehouse }: Workbench): Promise<void> {
  const values = await api.get<MetricValues>(`/api/metrics/revenue/values?grain=month&asOf=${AS_OF}`);
  const total = values.kind === 'series' ? values.points.reduce((sum, point) => sum + (point.value ?? 0), 0) : 0;
  const hand = await warehouse.row<{ revenue: number; events: number }>(
    sql`SELECT sum(accurateCastOrNull(properties.revenue, 'Float64')) AS revenue, count() AS events FROM by_hand FINAL`,
  );
  if (hand.events !== 397_884 || Math.abs(hand.revenue - total) > 0.01)
    throw new Error(`The two sides differ: ${total} and ${hand.revenue}`);
}
