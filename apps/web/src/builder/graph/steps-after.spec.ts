import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { stepsAfter } from './steps-after';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/filter', with: {}, inputs });

test('steps come after all that they read, over others too', () => {
  const graph: Graph = {
    steps: [step('a'), step('b', { rows: 'a.rows' }), step('c', { first: 'b', second: 'd' }), step('d')],
    layout: {},
  };
  expect([...stepsAfter(graph, 'a')]).toEqual(['b', 'c']);
  expect([...stepsAfter(graph, 'c')]).toEqual([]);
});

test('a circle is gone round once', () => {
  const graph: Graph = { steps: [step('a', { rows: 'b' }), step('b', { rows: 'a' })], layout: {} };
  expect([...stepsAfter(graph, 'a')].toSorted()).toEqual(['a', 'b']);
});
