import { describe, expect, test } from 'vitest';
import { dependenciesOf, findCycle, orderSteps, parseRef } from './graph.js';
import type { Step, StepRole } from './pipeline.js';

const roles: Record<string, StepRole> = {
  read: 'source',
  filter: 'transform',
  store: 'store',
  tag: 'definition',
  send: 'reach',
};
const roleOf = (uses: string) => roles[uses];
const step = (id: string, uses: string, inputs: Record<string, string> = {}): Step => ({ id, uses, with: {}, inputs });

describe('dependenciesOf', () => {
  test('a step waits for the steps that its wires come from', () => {
    const waits = dependenciesOf(
      [step('a', 'read'), step('b', 'filter', { rows: 'a' }), step('c', 'send', { users: 'b.some_port' })],
      roleOf,
    );
    expect(Object.fromEntries(waits)).toEqual({ a: [], b: ['a'], c: ['b'] });
  });

  test('a definition waits for every store listed before it, because it reads what stores write', () => {
    const waits = dependenciesOf(
      [step('a', 'read'), step('s', 'store', { rows: 'a' }), step('t', 'tag'), step('late', 'store', { rows: 'a' })],
      roleOf,
    );
    expect(waits.get('t')).toEqual(['s']);
  });

  test('a store that itself waits for the definition is not waited for', () => {
    const waits = dependenciesOf([step('s', 'store', { rows: 't' }), step('t', 'tag')], roleOf);
    expect(waits.get('t')).toEqual([]);
    expect(findCycle(waits)).toBeUndefined();
  });
});

describe('findCycle', () => {
  test('names the steps of the circle and no others', () => {
    const waits = new Map([
      ['a', []],
      ['b', ['a', 'd']],
      ['c', ['b']],
      ['d', ['c']],
    ]);
    expect(new Set(findCycle(waits))).toEqual(new Set(['b', 'c', 'd']));
  });

  test('a step that waits for itself is a circle', () => {
    expect(findCycle(new Map([['a', ['a']]]))).toEqual(['a']);
  });
});

test('orderSteps puts every step after those that it waits for and keeps the listed order otherwise', () => {
  const waits = new Map([
    ['late', ['early', 'middle']],
    ['middle', ['early']],
    ['other', []],
    ['early', []],
  ]);
  expect(orderSteps(waits)).toEqual(['early', 'middle', 'late', 'other']);
});

test('parseRef splits a step from its port at the first dot', () => {
  expect(parseRef('test.treatment')).toEqual({ step: 'test', port: 'treatment' });
  expect(parseRef('orders')).toEqual({ step: 'orders', port: undefined });
});
