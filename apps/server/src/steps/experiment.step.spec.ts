import type { Experiment, Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { experimentStep } from './experiment.step.js';
import { RunDefinitions } from './run-definitions.js';
import { openTestProject, type TestProject } from './testing/test-project.js';

const BEFORE = '2026-11-20T00:00:00.000Z';
const DECIDED = '2026-11-21T00:00:00.000Z';
const experiment: Experiment = {
  name: 'offer',
  title: 'Offer',
  description: '',
  hypothesis: '',
  engine: 'frequentist',
  params: {},
  variations: [
    { key: 'plain', title: 'Plain', weight: 0.5 },
    { key: 'offer', title: 'Offer', weight: 0.5 },
  ],
  coverage: 0.5,
  seed: '',
  metrics: [],
  version: 1,
  decision: { variation: 'offer', at: DECIDED, by: 'Ada', note: '' },
  updatedAt: DECIDED,
  updatedBy: 'Ada',
};
const definitions = new RunDefinitions({ metrics: [], tags: [], experiments: [experiment], messages: [] });

let tests: TestProject;
let users: Relation;
beforeAll(async () => {
  tests = await openTestProject();
  const people = Array.from({ length: 200 }, (_, index) => ({ user_id: `user-${index}` }));
  users = await tests.relation('people', { user_id: 'String' }, people);
});
afterAll(() => tests.close());

const run = async (afterDecision: string, asOf: string) =>
  (await tests.run(experimentStep, { experiment: 'offer', afterDecision }, { inputs: { users }, definitions, asOf }))
    .rows;

test('once an experiment is decided everybody goes to the winner, also who took no part; until then as assigned', async () => {
  const before = await run('everybody to the winner', BEFORE);
  const assigned = await tests.project.admin.row<{ users: number }>(sql`SELECT count() AS users FROM assignments`);
  expect((before['plain'] ?? 0) + (before['offer'] ?? 0)).toBe(assigned.users);
  expect(assigned.users).toBeLessThan(140);
  expect(await run('everybody to the winner', DECIDED)).toEqual({ plain: 0, offer: 200 });
  expect(await run('as assigned', DECIDED)).toEqual(before);
  expect(await tests.project.admin.row(sql`SELECT count() AS users FROM assignments`)).toEqual(assigned);
});
