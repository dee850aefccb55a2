import { expect, test } from 'vitest';
import { describeDifference, marksOf } from './describe-difference';

const difference = {
  added: ['events'],
  removed: ['paid'],
  changed: [{ id: 'orders', parts: ['with', 'title'] }],
  others: ['trigger'],
};

test('says one line for each thing that differs, by the title that people know', () => {
  const titles: Record<string, string> = { events: 'Order Completed', paid: 'Paid only', orders: 'Orders' };
  expect(describeDifference(difference, (id) => titles[id] ?? id)).toEqual([
    { mark: 'added', look: 'ok', text: 'Order Completed' },
    { mark: 'changed', look: 'accent', text: 'Orders (with, title)' },
    { mark: 'removed', look: 'bad', text: 'Paid only' },
    { mark: 'changed', look: 'accent', text: 'trigger' },
  ]);
});

test('marks each step', () => {
  expect([...marksOf(difference)]).toEqual([
    ['events', 'added'],
    ['paid', 'removed'],
    ['orders', 'changed'],
  ]);
});
