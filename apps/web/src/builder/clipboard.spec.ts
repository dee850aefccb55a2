import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { fromClipboard, toClipboard } from './clipboard';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: 'core/filter', with: {}, inputs });
const graph: Graph = { steps: [step('a'), step('b', { rows: 'a' }), step('c', { rows: 'b.offer' })], layout: {} };

test('copied steps get ids of their own and keep the wires between them', () => {
  const text = toClipboard(graph, ['b', 'c'], { b: { x: 0, y: 0 }, c: { x: 0, y: 120 } });
  const pasted = fromClipboard(graph, text);
  expect(pasted?.ids).toEqual(['filter', 'filter_2']);
  expect(pasted?.graph.steps.slice(3).map(({ id, inputs }) => [id, inputs])).toEqual([
    ['filter', {}],
    ['filter_2', { rows: 'filter.offer' }],
  ]);
  expect(pasted?.graph.layout).toEqual({ filter: { x: 32, y: 32 }, filter_2: { x: 32, y: 152 } });
});

test('any other text is left alone', () => {
  expect(fromClipboard(graph, 'SELECT 1')).toBeUndefined();
  expect(fromClipboard(graph, '{"pelton":"steps","steps":[]}')).toBeUndefined();
});
