import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Api, StepInput } from './api.js';
import { ROOT } from './root.js';

/** The data set lies beside the project, not in it; tests that want it pass over when it is not there. */
export const ONLINE_RETAIL = join(ROOT, '..', 'shared', 'datasets', 'online-retail', 'online_retail.parquet');
export const hasOnlineRetail = existsSync(ONLINE_RETAIL);
export const AS_OF = '2011-12-10T00:00:00Z';

/** Definitions over the data set: revenue, cohorts, orders, lapsed buyers, a test, a mail to a sink. */
export async function defineRetail(api: Api, smtpPort: number): Promise<void> {
  await api.post('/api/connections', {
    name: 'files',
    title: 'Files',
    kind: 'connector',
    uses: 'file',
    config: { source: 'uploads' },
  });
  await api.post('/api/connections', {
    name: 'smtp',
    title: 'SMTP sink',
    kind: 'channel',
    uses: 'email',
    config: { host: '127.0.0.1', port: smtpPort, secure: 'none', from: 'shop@example.org', perSecond: 1000 },
  });
  await api.post('/api/metrics', {
    name: 'revenue',
    title: 'Revenue',
    template: 'sum',
    params: { event: 'Order Line', property: 'revenue', unit: '£' },
  });
  await api.post('/api/metrics', {
    name: 'cohorts',
    title: 'Cohorts',
    template: 'retention',
    params: { startEvent: 'Order Line', returnEvent: 'Order Line' },
  });
  await api.post('/api/metrics', {
    name: 'ordered',
    title: 'Ordered',
    template: 'proportion',
    params: { event: 'Order Line' },
  });
  const rules = [
    { kind: 'did', event: 'Order Line' },
    { kind: 'did_not', event: 'Order Line', days: 90 },
  ];
  await api.post('/api/tags', {
    name: 'lapsed',
    title: 'Lapsed 90 days',
    template: 'behaviour',
    params: { match: 'all', rules },
  });
  await api.post('/api/experiments', {
    name: 'winback',
    title: 'Win-back',
    engine: 'frequentist',
    variations: [
      { key: 'control', title: 'No mail', weight: 0.5 },
      { key: 'treatment', title: 'Mail', weight: 0.5 },
    ],
    metrics: [{ metric: 'ordered', windowDays: 14 }],
  });
  const html =
    '<p>Hello {{ user.id }} from {{ user.country }}, <a href="https://shop.example/offer?a=1&amp;b=2">take the offer</a></p>';
  await api.post('/api/messages', {
    name: 'winback-mail',
    title: 'Win-back mail',
    connection: 'smtp',
    content: { subject: 'Come back, {{ user.id }}', html },
  });
}

/** file → filter → formula → to-users and to-events → metrics → tag → experiment → mail. */
export const RETAIL_STEPS: StepInput[] = [
  { id: 'orders', uses: 'file/read', with: { connection: 'files', stream: 'online_retail.parquet' } },
  {
    id: 'paid',
    uses: 'core/filter',
    inputs: { rows: 'orders' },
    with: {
      condition: {
        combinator: 'and',
        rules: [
          { field: 'Quantity', operator: '>', value: 0 },
          { field: 'UnitPrice', operator: '>', value: 0 },
          { field: 'CustomerID', operator: 'notNull' },
        ],
      },
    },
  },
  {
    id: 'money',
    uses: 'core/formula',
    inputs: { rows: 'paid' },
    with: {
      columns: [
        { name: 'revenue', formula: 'Quantity * UnitPrice' },
        { name: 'mail', formula: "concat(toString(CustomerID), '@example.org')" },
      ],
    },
  },
  {
    id: 'people',
    uses: 'core/to-users',
    inputs: { rows: 'money' },
    with: {
      userId: 'CustomerID',
      updatedAt: 'InvoiceDate',
      traits: [
        { name: 'email', column: 'mail' },
        { name: 'country', column: 'Country' },
      ],
    },
  },
  {
    id: 'events',
    uses: 'core/to-events',
    inputs: { rows: 'money' },
    with: {
      event: 'Order Line',
      userId: 'CustomerID',
      timestamp: 'InvoiceDate',
      properties: [
        { name: 'invoice', column: 'InvoiceNo' },
        { name: 'revenue', column: 'revenue' },
      ],
    },
  },
  { id: 'revenue', uses: 'core/metric', with: { metric: 'revenue', grain: 'month' } },
  { id: 'cohorts', uses: 'core/metric', with: { metric: 'cohorts', grain: 'month' } },
  { id: 'lapsed', uses: 'core/tag', with: { tag: 'lapsed' } },
  { id: 'test', uses: 'core/experiment', inputs: { users: 'lapsed' }, with: { experiment: 'winback' } },
  { id: 'mail', uses: 'core/message', inputs: { users: 'test.treatment' }, with: { message: 'winback-mail' } },
];
