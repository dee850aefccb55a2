import type { Lineage, LineageNode } from '@pelton/contract';
import { expect, test } from 'vitest';
import { pageOf, sourcesFirst, toCanvas } from './lineage-graph';

const node = (id: string, noun: 'stream' | 'metric') => ({ id, noun, name: id, title: id, columns: [] });
const edge = { from: 'stream/shop/orders.csv', to: 'metric/revenue', columns: null, rows: [] };
const lineage: Lineage = {
  nodes: [node('stream/shop/orders.csv', 'stream'), node('metric/revenue', 'metric')],
  edges: [edge, edge],
};

test('what comes from another lies below it, joined by one wire', () => {
  const { nodes, wires } = toCanvas(lineage, ({ title }) => title);
  expect(nodes[1]?.y).toBeGreaterThan(nodes[0]?.y ?? 0);
  expect(wires).toEqual([{ id: 'n0 n1', from: { step: 'n0', port: 'out' }, to: { step: 'n1', port: 'in' } }]);
});

test('things are listed after what they come from, and a circle ends', () => {
  const [orders, revenue] = lineage.nodes as [LineageNode, LineageNode];
  const back = { ...edge, from: revenue.id, to: orders.id };
  expect(sourcesFirst({ nodes: [revenue, orders], edges: [edge] })).toEqual([orders, revenue]);
  expect(sourcesFirst({ nodes: [orders, revenue], edges: [edge, back] })).toEqual([revenue, orders]);
});

test('a stream is found on its connection’s page', () => {
  expect(pageOf({ ...node('x', 'stream'), name: 'shop/orders.csv' })).toEqual({
    name: 'source',
    params: { name: 'shop' },
  });
});

test('a step is found on its pipeline’s page, chosen there', () => {
  expect(pageOf({ ...node('x', 'stream'), noun: 'step', name: 'shop/paid' })).toEqual({
    name: 'pipeline',
    params: { name: 'shop' },
    query: { step: 'paid' },
  });
});

test('an event is found among the events, alone', () => {
  const event = { ...node('x', 'stream'), noun: 'event' as const };
  expect(pageOf({ ...event, name: 'Paid' })).toEqual({ name: 'events', query: { event: 'Paid' } });
  expect(pageOf({ ...event, name: '' })).toEqual({ name: 'events', query: {} });
});
