import { createHash } from 'node:crypto';
import type { Api, StepInput } from './api.js';

/** When the runs over {@link shopExport} look back from. */
export const SHOP_AS_OF = '2026-06-01T00:00:00Z';

/** A CSV of orders that is the same each time: half a year, 3,000 customers. */
export function shopExport(rows: number): string {
  const start = Date.parse('2025-12-01T00:00:00Z');
  const lines = Array.from({ length: rows }, (_, index) => {
    const hash = createHash('md5').update(String(index)).digest();
    const customer = hash.readUInt16LE(0) % 3_000;
    // A third of the customers stop in February, so that there are lapsed ones.
    const days = customer % 3 === 0 ? 80 : 180;
    const at = new Date(start + (hash.readUInt32LE(2) % (days * 86_400)) * 1_000).toISOString();
    return `o${index},c${customer},${at},${((hash.readUInt16LE(6) % 20_000) / 100).toFixed(2)},${hash.readUInt8(8) % 12 === 0 ? 'cancelled' : 'paid'}`;
  });
  return ['order_id,customer,at,amount,status', ...lines].join('\n');
}

/** Connections and definitions over the export, in the project that the caller is in. */
export async function defineShop(api: Api, smtpPort: number): Promise<void> {
  await api.post('/api/connections', {
    name: 'files',
    title: 'Files',
    kind: 'connector',
    uses: 'file',
    config: { source: 'uploads' },
  });
  const config = { host: '127.0.0.1', port: smtpPort, secure: 'none', from: 'shop@example.org', perSecond: 1000 };
  await api.post('/api/connections', { name: 'smtp', title: 'SMTP sink', kind: 'channel', uses: 'email', config });
  await api.post('/api/metrics', {
    name: 'revenue',
    title: 'Revenue',
    template: 'sum',
    params: { event: 'Ordered', property: 'amount', unit: '£' },
  });
  const rules = [
    { kind: 'did', event: 'Ordered' },
    { kind: 'did_not', event: 'Ordered', days: 90 },
  ];
  await api.post('/api/tags', {
    name: 'lapsed',
    title: 'Lapsed',
    template: 'behaviour',
    params: { match: 'all', rules },
  });
  const variations = [
    { key: 'control', title: 'No mail', weight: 0.5 },
    { key: 'treatment', title: 'Mail', weight: 0.5 },
  ];
  await api.post('/api/experiments', { name: 'winback', title: 'Win-back', engine: 'frequentist', variations });
  const content = {
    subject: 'Come back',
    html: '<p>Hello {{ user.id }}, <a href="https://shop.example/">come back</a></p>',
  };
  await api.post('/api/messages', { name: 'winback-mail', title: 'Win-back mail', connection: 'smtp', content });
}

export const SHOP_STEPS: StepInput[] = [
  { id: 'orders', uses: 'file/read', with: { connection: 'files', stream: 'orders.csv' } },
  {
    id: 'paid',
    uses: 'core/filter',
    inputs: { rows: 'orders' },
    with: { condition: { combinator: 'and', rules: [{ field: 'status', operator: '=', value: 'paid' }] } },
  },
  {
    id: 'named',
    uses: 'core/formula',
    inputs: { rows: 'paid' },
    with: { columns: [{ name: 'email', formula: "concat(customer, '@example.org')" }] },
  },
  {
    id: 'people',
    uses: 'core/to-users',
    inputs: { rows: 'named' },
    with: { userId: 'customer', updatedAt: 'at', traits: [{ name: 'email', column: 'email' }] },
  },
  {
    id: 'events',
    uses: 'core/to-events',
    inputs: { rows: 'named' },
    with: { event: 'Ordered', userId: 'customer', timestamp: 'at', properties: [{ name: 'amount', column: 'amount' }] },
  },
  { id: 'revenue', uses: 'core/metric', with: { metric: 'revenue', grain: 'month' } },
  { id: 'lapsed', uses: 'core/tag', with: { tag: 'lapsed' } },
  { id: 'test', uses: 'core/experiment', inputs: { users: 'lapsed' }, with: { experiment: 'winback' } },
  { id: 'mail', uses: 'core/message', inputs: { users: 'test.treatment' }, with: { message: 'winback-mail' } },
];
