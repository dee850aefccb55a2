import type { Column, Graph, InputPort } from '@pelton/contract';
import { describeColumn } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { type Attachment, attachStep, canAttach } from './attach-step';

const step = (id: string, inputs: Record<string, string> = {}) => ({ id, uses: `core/${id}`, with: {}, inputs });
const graph: Graph = { steps: [step('orders'), step('events', { rows: 'orders' }), step('new')], layout: {} };
const users: InputPort = {
  name: 'users',
  title: 'Users',
  needs: [{ name: 'user_id', family: 'text' }],
  optional: false,
};
const rows: InputPort = { name: 'rows', title: 'Rows', needs: [], optional: false };
const columns: Column[] = [describeColumn('amount', 'Float64')];
const [out, second] = [
  { name: 'taken', title: 'Taken' },
  { name: 'refused', title: 'Refused' },
];
const onWire: Attachment = {
  kind: 'on',
  wire: { id: 'events:rows', from: { step: 'orders', port: 'rows' }, to: { step: 'events', port: 'rows' } },
};
const known = { refTo: ({ step: id }: { step: string }) => id, columns };
const inputsOf = (changed: Graph) => Object.fromEntries(changed.steps.map(({ id, inputs }) => [id, inputs]));

describe('a step put on a wire', () => {
  test('reads what the wire brought and feeds what it went to', () => {
    const spliced = attachStep(graph, { id: 'new', inputs: [rows], outputs: [out] }, onWire, known);
    expect(inputsOf(spliced)).toEqual({ orders: {}, events: { rows: 'new' }, new: { rows: 'orders' } });
  });

  test('takes the first input that fits and names its output where it has several', () => {
    const ports = { id: 'new', inputs: [users, rows], outputs: [out, second] };
    expect(inputsOf(attachStep(graph, ports, onWire, known))).toEqual({
      orders: {},
      events: { rows: 'new.taken' },
      new: { rows: 'orders' },
    });
  });

  test('leaves the wire alone when it cannot read it, or gives nothing yet', () => {
    expect(attachStep(graph, { id: 'new', inputs: [users], outputs: [out] }, onWire, known)).toEqual(graph);
    expect(inputsOf(attachStep(graph, { id: 'new', inputs: [rows], outputs: undefined }, onWire, known))).toEqual({
      orders: {},
      events: { rows: 'orders' },
      new: { rows: 'orders' },
    });
  });
});

test('only what fits a port is offered there', () => {
  const after: Attachment = { kind: 'after', from: { step: 'orders', port: 'rows' } };
  const before: Attachment = { kind: 'before', to: { step: 'events', port: 'rows' } };
  expect(canAttach({ inputs: [users], outputs: [] }, after, columns)).toBe(false);
  expect(canAttach({ inputs: [users], outputs: [] }, after, undefined)).toBe(true);
  expect(canAttach({ inputs: [], outputs: [out] }, after, columns)).toBe(false);
  expect(canAttach({ inputs: [], outputs: [out] }, before, undefined)).toBe(true);
  expect(canAttach({ inputs: [rows], outputs: [] }, before, undefined)).toBe(false);
  expect(canAttach({ inputs: [rows], outputs: [] }, onWire, columns)).toBe(false);
});
