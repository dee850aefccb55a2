import { describe, expect, test } from 'vitest';
import { compareGraphs, countDifferences, stableText } from './graph-difference.js';
import { Graph } from './pipeline.js';

const graph = (steps: object[], layout = {}) => Graph.parse({ steps, layout });
const orders = { id: 'orders', uses: 'file/read', with: { connection: 'shop', stream: 'orders' } };
const paid = { id: 'paid', uses: 'core/filter', inputs: { rows: 'orders' } };

describe('two graphs', () => {
  test('differ in steps that were added, removed and changed, each part named', () => {
    const before = graph([orders, paid]);
    const after = graph([
      { ...orders, title: 'Orders', with: { connection: 'shop', stream: 'all' } },
      { id: 'events', uses: 'core/to-events' },
    ]);
    const difference = compareGraphs(before, after);
    expect(difference).toEqual({
      added: ['events'],
      removed: ['paid'],
      changed: [{ id: 'orders', parts: ['with', 'title'] }],
      others: [],
    });
    expect(countDifferences(difference)).toBe(3);
  });

  test('are the same wherever cards lie and in whatever order keys stand', () => {
    const before = graph([orders], { orders: { x: 0, y: 0 } });
    const after = graph([{ ...orders, with: { stream: 'orders', connection: 'shop' } }], { orders: { x: 8, y: 80 } });
    expect(countDifferences(compareGraphs(before, after))).toBe(0);
  });

  test('differ in what stands beside the steps', () => {
    const before = { ...graph([orders]), trigger: { kind: 'after' as const, pipeline: 'other', on: 'done' as const } };
    expect(compareGraphs(before, graph([orders])).others).toEqual(['trigger']);
  });
});

test('a text is the same for the same content', () => {
  expect(stableText({ b: [1, { d: 1, c: 2 }], a: null })).toBe(stableText({ a: null, b: [1, { c: 2, d: 1 }] }));
});
