import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type DataContext, sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { retention } from './retention.js';
import { sum } from './sum.js';

const file = fileURLToPath(new URL('../../../../shared/datasets/online-retail/online_retail.parquet', import.meta.url));

// UCI data set 352, Chen, Sain, Guo (2012), doi 10.1057/dbm.2012.17: rows with a customer, a quantity and a price.
describe.skipIf(!existsSync(file))(
  'a year of a real shop (passed over where datasets/online-retail is not beside the project)',
  () => {
    let engine: Engine;
    let context: DataContext;
    beforeAll(() => {
      engine = openEngine();
      // A tuple is read as JSON is and needs no parsing of 400,000 rows for each query.
      const properties = sql`CAST((Quantity, UnitPrice, Quantity * UnitPrice), 'Tuple(quantity Float64, price Float64, amount Float64)')`;
      context = {
        events: sql`(SELECT 'track' AS type, 'Order Completed' AS event, toString(toInt64(CustomerID)) AS user_id, toDateTime64(InvoiceDate, 3, 'UTC') AS timestamp, ${properties} AS properties FROM file(${file}, 'Parquet') WHERE CustomerID IS NOT NULL)`,
        users: sql`(SELECT '' AS user_id, CAST(map(), 'Map(String, String)') AS traits)`,
        asOf: '2011-12-10T00:00:00Z',
        timezone: 'UTC',
      };
    });
    afterAll(() => engine.close());

    const sold = {
      combinator: 'and',
      rules: [
        { field: 'quantity', operator: '>', value: 0 },
        { field: 'price', operator: '>', value: 0 },
      ],
    };

    test('revenue, in all and in November 2011', async () => {
      const params = { event: 'Order Completed', property: 'amount', where: sold };
      const facts = await sum.calls.compile({ params, context });
      const november = sql`toStartOfMonth(timestamp) = '2011-11-01'`;
      expect(
        engine.rows(
          sql`SELECT count() AS rows, round(sum(value), 2) AS revenue, round(sumIf(value, ${november}), 2) AS november FROM (${facts})`,
        ),
      ).toEqual([{ rows: 397_884, revenue: 8_911_407.9, november: 1_161_817.38 }]);
    });

    test('buyers of December 2010 come back month after month', async () => {
      const params = {
        startEvent: 'Order Completed',
        startWhere: sold,
        returnEvent: 'Order Completed',
        returnWhere: sold,
      };
      const facts = await retention.calls.compile({ params, context });
      const first = sql`SELECT user_id FROM (${facts}) WHERE denominator = 1 GROUP BY user_id HAVING toStartOfMonth(min(timestamp)) = '2010-12-01'`;
      const months = sql`SELECT dateDiff('month', toDate('2010-12-01'), timestamp) AS month, uniqExact(user_id) AS users FROM (${facts}) WHERE value = 1 AND user_id IN (${first}) GROUP BY month ORDER BY month`;
      expect(engine.rows(months).map((row) => row['users'])).toEqual([
        885, 324, 286, 340, 321, 352, 321, 309, 313, 350, 331, 445, 235,
      ]);
    });
  },
);
