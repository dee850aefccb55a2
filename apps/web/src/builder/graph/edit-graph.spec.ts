import type { Graph, Step } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import {
  addStep,
  connect,
  disconnect,
  moveSteps,
  newStepId,
  removeSteps,
  setFailing,
  setParams,
  setTitle,
} from './edit-graph';

const step = (id: string, inputs: Record<string, string> = {}): Step => ({ id, uses: `core/${id}`, with: {}, inputs });
const graph: Graph = {
  steps: [step('orders'), step('paid', { rows: 'orders' }), step('events', { rows: 'paid' })],
  layout: { orders: { x: 0, y: 0 }, paid: { x: 0, y: 112 } },
};
const inputsOf = (changed: Graph) => changed.steps.map(({ id, inputs }) => [id, inputs]);

test('a step is added where it was dropped', () => {
  const grown = addStep(graph, step('sql'), { x: 8, y: 16 });
  expect(grown.steps.at(-1)?.id).toBe('sql');
  expect(grown.layout['sql']).toEqual({ x: 8, y: 16 });
  expect(graph.steps).toHaveLength(3);
});

describe('removing', () => {
  test('takes the wires that began there along', () => {
    const left = removeSteps(graph, ['paid']);
    expect(inputsOf(left)).toEqual([
      ['orders', {}],
      ['events', {}],
    ]);
    expect(Object.keys(left.layout)).toEqual(['orders']);
  });
});

describe('wires', () => {
  test('replace the one that ended at the same port', () => {
    const wired = connect(graph, { step: 'orders', port: undefined }, { step: 'events', port: 'rows' });
    expect(wired.steps[2]?.inputs).toEqual({ rows: 'orders' });
  });

  test('name the port where a step has several', () => {
    const wired = connect(graph, { step: 'test', port: 'offer' }, { step: 'events', port: 'rows' });
    expect(wired.steps[2]?.inputs).toEqual({ rows: 'test.offer' });
  });

  test('can be cut', () => {
    expect(disconnect(graph, { step: 'paid', port: 'rows' }).steps[1]?.inputs).toEqual({});
  });
});

test('parameters, title and place of one step change alone', () => {
  expect(setParams(graph, 'paid', { a: 1 }).steps.map((each) => each.with)).toEqual([{}, { a: 1 }, {}]);
  expect(setTitle(graph, 'paid', ' Paid lines ').steps[1]?.title).toBe('Paid lines');
  expect(setTitle(setTitle(graph, 'paid', 'x'), 'paid', ' ').steps[1]).not.toHaveProperty('title');
  expect(moveSteps(graph, { paid: { x: 1, y: 2 } }).layout).toEqual({ orders: { x: 0, y: 0 }, paid: { x: 1, y: 2 } });
});

test('ids come from the kind of step and are counted on', () => {
  expect(newStepId(graph, 'core/to-events')).toBe('to_events');
  expect(newStepId(graph, 'core/orders')).toBe('orders_2');
  expect(newStepId(graph, 'file/read')).toBe('file');
  expect(newStepId(graph, '2do/read')).toBe('step_2do');
});

test('what else a graph holds stays as it is', () => {
  const notes: Graph['notes'] = [{ id: 'note-1', text: 'Mind', x: 0, y: 0, width: 160, height: 80, colour: 'plain' }];
  const noted = { ...graph, notes };
  const changed = [
    addStep(noted, step('sql'), { x: 0, y: 0 }),
    removeSteps(noted, ['paid']),
    disconnect(noted, { step: 'paid', port: 'rows' }),
    moveSteps(noted, {}),
  ];
  expect(changed.map((each) => each.notes)).toEqual(changed.map(() => notes));
});

test('says of a step that fails only what is its own', () => {
  const retry = { times: 2, waitSeconds: 10, backoff: 2, jitter: true };
  const said = setFailing(graph, 'paid', { retry, timeout: 60, onError: 'skip' });
  expect(said.steps[1]).toMatchObject({ retry, timeout: 60, onError: 'skip' });
  expect(setFailing(said, 'paid', { onError: 'stop' })).toEqual(graph);
});
