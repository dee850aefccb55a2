import { describe, expect, test } from 'vitest';
import { type Lineage, reachable } from './lineage.js';

const node = (id: string) => ({ id, noun: 'step' as const, name: id, title: id, columns: [] });
const lineage: Lineage = {
  nodes: ['stream', 'paid', 'events', 'revenue', 'other'].map(node),
  edges: [
    {
      from: 'stream',
      to: 'paid',
      columns: [
        { from: 'amount', to: 'amount' },
        { from: 'note', to: 'note' },
      ],
      rows: ['status'],
    },
    { from: 'paid', to: 'events', columns: [{ from: 'amount', to: 'value' }], rows: [] },
    { from: 'events', to: 'revenue', columns: null, rows: [] },
    { from: 'other', to: 'revenue', columns: [{ from: 'x', to: 'y' }], rows: [] },
  ],
};
const ids = (query: Parameters<typeof reachable>[1]) => reachable(lineage, query).nodes.map(({ id }) => id);

describe('lineage', () => {
  test('goes back to all that a thing is made of', () => {
    expect(ids({ id: 'revenue', direction: 'back' })).toEqual(['stream', 'paid', 'events', 'revenue', 'other']);
  });

  test('goes back from a thing by the columns that it takes, and to the whole of one that it only counts', () => {
    const edge = (from: string, to: string, ...columns: [string, string][]) => ({
      ...{ from, to, columns: columns.map(([source, made]) => ({ from: source, to: made })), rows: [] },
    });
    const edges = [edge('ids', 'people', ['id', 'user']), edge('plans', 'people', ['plan', 'plan'])];
    const backFrom = (last: Lineage['edges'][number]) =>
      reachable(
        { nodes: ['ids', 'plans', 'people', 'tag'].map(node), edges: [...edges, last] },
        { id: 'tag', direction: 'back' },
      ).nodes.map(({ id }) => id);
    expect(backFrom(edge('people', 'tag', ['plan', 'user_id']))).toEqual(['plans', 'people', 'tag']);
    expect(backFrom(edge('people', 'tag'))).toEqual(['ids', 'plans', 'people', 'tag']);
  });

  test('goes forth from a column only to what it takes part in', () => {
    expect(ids({ id: 'stream', direction: 'forth', column: 'note' })).toEqual(['stream', 'paid']);
    expect(ids({ id: 'stream', direction: 'forth', column: 'amount' })).toEqual([
      'stream',
      'paid',
      'events',
      'revenue',
    ]);
  });

  test('a column that decides about rows bears on everything after', () => {
    expect(ids({ id: 'stream', direction: 'forth', column: 'status' })).toEqual([
      'stream',
      'paid',
      'events',
      'revenue',
    ]);
  });
});
