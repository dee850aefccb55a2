import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { dirname } from 'node:path';
import { sql } from '@pelton/sdk';
import { openEngine } from '@pelton/sdk/testing';
import { describe, expect, test } from 'vitest';
import { fileConnector } from './file-connector.js';

// Chen, Sain, Guo 2012, doi 10.1057/dbm.2012.17; the expected figures are those published with the data set.
const file = fileURLToPath(new URL('../../../../shared/datasets/online-retail/online_retail.parquet', import.meta.url));
const isThere = existsSync(file);
if (!isThere) console.log('passed over: the Online Retail data set is not beside the project');

const folder = dirname(file);
const argument = {
  config: { source: 'folder', folder },
  secrets: {},
  files: { uploads: folder, allowed: [folder] },
  stream: { stream: 'online_retail.parquet' },
};

describe.runIf(isThere)('the Online Retail data set', () => {
  test('discover gives its columns and rows from the footer alone', async () => {
    expect(await fileConnector.calls.discover(argument)).toEqual([
      {
        name: 'online_retail.parquet',
        title: 'online_retail.parquet',
        columns: [
          { name: 'InvoiceNo', type: 'Nullable(String)' },
          { name: 'StockCode', type: 'Nullable(String)' },
          { name: 'Description', type: 'Nullable(String)' },
          { name: 'Quantity', type: 'Nullable(Int64)' },
          { name: 'InvoiceDate', type: "Nullable(DateTime64(3, 'UTC'))" },
          { name: 'UnitPrice', type: 'Nullable(Float64)' },
          { name: 'CustomerID', type: 'Nullable(Float64)' },
          { name: 'Country', type: 'Nullable(String)' },
        ],
        rows: 541_909,
      },
    ]);
  });

  test('the relation has the published figures', async () => {
    const engine = openEngine();
    try {
      const relation = (await fileConnector.calls.relation?.(argument)) ?? sql``;
      expect(
        engine.rows(
          sql`SELECT count() AS rows, uniqExact(InvoiceNo) AS invoices, uniqExact(CustomerID) AS customers,
              round(sum(Quantity * UnitPrice), 2) AS revenue, min(InvoiceDate) AS first FROM (${relation})`,
        ),
      ).toEqual([
        { rows: 541_909, invoices: 25_900, customers: 4_372, revenue: 9_747_747.93, first: '2010-12-01 08:26:00.000' },
      ]);
    } finally {
      engine.close();
    }
  });

  test('read streams every row in seconds', async () => {
    const startedAt = performance.now();
    const invoices = new Set<unknown>();
    let rows = 0;
    let revenue = 0;
    for await (const message of fileConnector.calls.read(argument)) {
      if (message.type !== 'RECORDS') continue;
      rows += message.records.length;
      for (const record of message.records) {
        invoices.add(record['InvoiceNo']);
        revenue += Number(record['Quantity']) * Number(record['UnitPrice']);
      }
    }
    console.log(`read 541,909 rows in ${Math.round(performance.now() - startedAt)} ms`);
    expect({ rows, invoices: invoices.size, revenue: revenue.toFixed(2) }).toEqual({
      rows: 541_909,
      invoices: 25_900,
      revenue: '9747747.93',
    });
  });
});
