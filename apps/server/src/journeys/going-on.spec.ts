import type { Graph, Step } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { describe, expect, test } from 'vitest';
import { goingOn, stepsAfter } from './going-on.js';

const step = (id: string, inputs: Record<string, string> = {}, uses = 'core/x'): Step => ({
  id,
  uses,
  with: {},
  inputs,
});
const graphOf = (...steps: Step[]): Graph => ({ steps, layout: {} });
const waitsOf = (graph: Graph, implied: Record<string, string[]> = {}) =>
  new Map(
    graph.steps.map(({ id, inputs }) => [
      id,
      [...Object.values(inputs).map((ref) => ref.split('.')[0] ?? ''), ...(implied[id] ?? [])],
    ]),
  );
const isMerge = ({ uses }: Step) => uses === 'core/merge';

describe('users go on', () => {
  test('through all that comes after, in every way', () => {
    const graph = graphOf(
      step('tag'),
      step('wait', { users: 'tag' }),
      step('mail', { users: 'wait.users' }),
      step('list', { rows: 'mail' }),
      step('other', { users: 'tag' }),
    );
    expect(stepsAfter(graph, waitsOf(graph), 'wait', isMerge)).toEqual(['mail', 'list']);
  });

  test('not through a step that needs what is not in the run, but through a merge', () => {
    const graph = graphOf(
      step('split'),
      step('wait', { users: 'split.late' }),
      step('join', { left: 'wait', right: 'split.now' }),
      step('merge', { first: 'split.now', second: 'wait' }, 'core/merge'),
      step('mail', { users: 'merge' }),
      step('list', { rows: 'join' }),
    );
    expect(stepsAfter(graph, waitsOf(graph), 'wait', isMerge)).toEqual(['merge', 'mail']);
  });

  test('and on to a definition that looks at what they store', () => {
    const graph = graphOf(step('wait'), step('store', { users: 'wait' }), step('tag'), step('mail', { users: 'tag' }));
    expect(stepsAfter(graph, waitsOf(graph, { tag: ['store'] }), 'wait', isMerge)).toEqual(['store', 'tag', 'mail']);
  });

  const users = { sql: sql`SELECT 'ann' AS user_id`, columns: [] };

  test('out of the ports of the step that they waited at', () => {
    const wait = step('wait', { users: 'tag' });
    expect(goingOn(wait, ['mail'], { decidesAgain: false, ports: { happened: users, timeout: users } })).toEqual({
      seeds: { wait: { happened: users, timeout: users } },
      only: ['mail'],
    });
  });

  test('into the step again when it has to decide again', () => {
    const hours = step('hours', { users: 'test.offer' });
    expect(goingOn(hours, ['mail'], { decidesAgain: true, ports: { users } })).toEqual({
      seeds: { test: { offer: users } },
      only: ['hours', 'mail'],
    });
  });
});
