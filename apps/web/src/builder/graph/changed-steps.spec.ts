import type { Graph } from '@pelton/contract';
import { expect, test } from 'vitest';
import { changedSteps, countChanges } from './changed-steps';

const step = (id: string, params: Record<string, string> = {}) => ({
  id,
  uses: 'core/filter',
  with: params,
  inputs: {},
});
const live: Graph = { steps: [step('a', { x: '1', y: '2' }), step('b')], layout: { a: { x: 0, y: 0 } } };

test('names the steps that are new or different, whatever the order of their keys and wherever they lie', () => {
  const draft: Graph = { steps: [step('a', { y: '2', x: '1' }), step('b', { z: '1' }), step('c')], layout: {} };
  expect([...changedSteps(live, draft)]).toEqual(['b', 'c']);
});

test('counts what was removed too; without a live version everything is new', () => {
  expect(countChanges(live, { steps: [step('b')], layout: {} })).toBe(1);
  expect(countChanges(undefined, live)).toBe(2);
});

test('counts another trigger and other settings of runs', () => {
  const trigger = { kind: 'after', pipeline: 'load', on: 'done' } as const;
  const settings = { atOnce: 2, whenBusy: 'queue', priority: 'normal' } as const;
  expect(countChanges(live, { ...live, trigger, settings })).toBe(2);
  expect(countChanges({ ...live, trigger }, { ...live, trigger: { ...trigger } })).toBe(0);
});
