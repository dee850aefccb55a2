import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { removeAndJoin } from './remove-and-join';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: `core/${id}`, with: {}, inputs });
const graph: Graph = {
  steps: [
    step('orders'),
    step('paid', { rows: 'orders' }),
    step('sorted', { rows: 'paid' }),
    step('events', { rows: 'sorted' }),
  ],
  layout: {},
};
const inputsOf = (changed: Graph) => Object.fromEntries(changed.steps.map(({ id, inputs }) => [id, inputs]));

test('neighbours are joined, over several steps that go together', () => {
  expect(inputsOf(removeAndJoin(graph, ['paid'], () => true))).toEqual({
    orders: {},
    sorted: { rows: 'orders' },
    events: { rows: 'sorted' },
  });
  expect(inputsOf(removeAndJoin(graph, ['sorted', 'paid'], () => true))).toEqual({
    orders: {},
    events: { rows: 'orders' },
  });
});

test('what does not fit is not joined', () => {
  expect(inputsOf(removeAndJoin(graph, ['paid'], (_ref, to) => to.step !== 'sorted'))['sorted']).toEqual({});
});

test('a step that reads nothing leaves nothing to join', () => {
  expect(inputsOf(removeAndJoin(graph, ['orders'], () => true))['paid']).toEqual({});
});
