import type { Graph, Run, Step, StepRun } from '@pelton/contract';

/** Steps that journeys of the tests are made of. */
export const step = (id: string, uses: string, params: object, inputs: Record<string, string> = {}): Step => ({
  id,
  uses,
  with: params as Step['with'],
  inputs,
});
export const people = (...ids: string[]) =>
  step('people', 'core/sql', {
    query: `SELECT arrayJoin([${ids.map((id) => `'${id}'`).join(', ')}]) AS user_id, 7 AS points, toDate('2030-02-01') AS day`,
  });
export const wait = (params: object, from = 'people') => step('wait', 'core/wait', params, { users: from });
/** A step after the wait that keeps who passes. */
export const pass = (id: string, from: string) => step(id, 'core/deduplicate', { keys: ['user_id'] }, { rows: from });
export const journey = (...steps: Step[]): Graph['steps'] => steps;

/** How a step of a run stands. */
export const state = (run: Run | undefined, id: string): StepRun | undefined =>
  run?.steps.find((found) => found.id === id);
