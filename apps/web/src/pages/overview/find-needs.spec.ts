import type { Connection, Experiment, RunSummary } from '@pelton/contract';
import { expect, test } from 'vitest';
import { findNeeds } from './find-needs';

const run = (id: string, pipeline: string, state: RunSummary['state'], draft = false): RunSummary => ({
  id,
  pipeline,
  pipelineTitle: pipeline,
  version: 1,
  draft,
  dry: draft,
  cause: { kind: 'manual' },
  asOf: '2026-11-20T00:00:00Z',
  state,
  startedBy: 'Hannah',
  startedAt: '2026-11-20T00:00:00Z',
  finishedAt: null,
  revision: 1,
  steps: { total: 3, done: 2, failed: state === 'failed' ? ['Shop orders'] : [] },
});
const connection = (name: string, ok: boolean): Connection => ({
  name,
  title: name,
  kind: 'connector',
  uses: 'file',
  config: {},
  secretsSet: [],
  lastCheck: { ok, message: 'It did not answer.', at: '2026-11-20T00:00:00Z' },
  updatedAt: '2026-11-20T00:00:00Z',
});
const nothing = { runs: [], connections: [], plugins: [], experiments: [] };

test('a failed run counts until a later one of its pipeline went well; drafts do not count', () => {
  const runs = [run('3', 'a', 'done'), run('2', 'b', 'failed'), run('1', 'a', 'failed'), run('0', 'c', 'failed', true)];
  expect(findNeeds({ ...nothing, runs })).toEqual([{ kind: 'run', id: '2', title: 'b', steps: ['Shop orders'] }]);
});

test('a connection that did not answer is named with its reason', () => {
  expect(findNeeds({ ...nothing, connections: [connection('shop', false), connection('files', true)] })).toEqual([
    { kind: 'connection', name: 'shop', title: 'shop', reason: 'It did not answer.' },
  ]);
});

test('an experiment with a goal and no decision waits for one', () => {
  const experiment: Experiment = {
    name: 'offer',
    title: 'Offer',
    description: '',
    hypothesis: '',
    engine: 'frequentist',
    params: {},
    variations: [],
    coverage: 1,
    seed: '',
    metrics: [{ metric: 'orders', role: 'goal', windowDays: 14 }],
    version: 1,
    decision: null,
    updatedAt: '2026-11-20T00:00:00Z',
    updatedBy: 'Hannah',
  };
  const decision = { variation: 'a', at: '2026-11-20T00:00:00Z', by: 'Hannah', note: '' };
  const experiments = [experiment, { ...experiment, decision }, { ...experiment, metrics: [] }];
  expect(findNeeds({ ...nothing, experiments })).toEqual([{ kind: 'experiment', name: 'offer', title: 'Offer' }]);
});
