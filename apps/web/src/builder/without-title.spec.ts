import type { Step } from '@pelton/contract';
import { expect, test } from 'vitest';
import { withoutTitle } from './without-title';

const events: Step = { id: 'a', uses: 'core/to-events', with: {}, inputs: {} };
const metric: Step = { id: 'b', uses: 'core/metric', with: { metric: 'revenue' }, inputs: {} };

test.each([
  ['Order Completed · one per order_id', events, 'Order Completed', 'one per order_id'],
  ['Order Completed', events, 'Order Completed', ''],
  ['Order Completed Twice', events, 'Order Completed', 'Order Completed Twice'],
  ['revenue by month', metric, 'Revenue', 'by month'],
  ['revenue by month', metric, 'What we earn', 'revenue by month'],
])('%s is told once', (summary, step, title, told) => {
  expect(withoutTitle(summary, step, title)).toBe(told);
});
