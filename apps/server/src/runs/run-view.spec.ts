import { expect, test } from 'vitest';
import { newStepRun } from './launch.js';
import type { RunDoc } from './run.schema.js';
import { toRun } from './run-view.js';

function run(state: RunDoc['state']): RunDoc {
  const step = { id: 'rows', uses: 'http/read', with: {}, inputs: {} };
  return {
    ...{ _id: 'r1', projectId: 'p', pipeline: 'sales', pipelineTitle: 'Sales', draft: false, state },
    ...{ asOf: new Date(), graph: { steps: [step], layout: {} }, timezone: 'UTC', waits: {} },
    definitions: { metrics: [], tags: [], experiments: [], messages: [], pipelines: [] },
    steps: [{ ...newStepRun(step, 'Rows'), state: 'running' }],
    ...{ startedBy: 'Ada', startedAt: new Date(), revision: 1 },
  };
}

test('a step that has not let go of a cancelled run yet counts as cancelled', () => {
  expect(toRun(run('cancelled')).steps).toMatchObject([{ id: 'rows', state: 'cancelled' }]);
  expect(toRun(run('running')).steps).toMatchObject([{ id: 'rows', state: 'running' }]);
});
