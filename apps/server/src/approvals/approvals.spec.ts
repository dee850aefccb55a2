import { sql } from '@pelton/sdk';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { JourneyClock } from '../journeys/journey-clock.service.js';
import { journey, pass, people, state, step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { ApprovalsService } from './approvals.service.js';

// In 2030, so that only a clock that a test sets lets anybody go on.
const MONDAY = '2030-01-07T10:00:00.000Z';

let server: TestApp;
let approvals: ApprovalsService;
beforeAll(async () => {
  server = await startTestApp();
  approvals = server.app.get(ApprovalsService);
}, 120_000);
afterAll(() => server.stop());

const tick = (at: string) => server.app.get(JourneyClock).tick(new Date(at));
const titlesOf = (pipelineTitle: string, stepTitle: string) => ({ pipelineTitle, stepTitle });
const open = () => approvals.list(server.actor.projectId, true, titlesOf);

async function ask() {
  const approval = step('approval', 'core/approval', { question: 'Send it?' }, { users: 'people' });
  const pipeline = await server.publish(
    journey(people('ann', 'bob'), approval, pass('mail', 'approval.approved'), pass('log', 'approval.rejected')),
  );
  const run = await server.run(pipeline, MONDAY);
  const [asked] = (await open()).filter((each) => each.pipeline === pipeline);
  if (!asked) throw new Error('nothing was asked');
  return { pipeline, run, asked };
}
const ways = async (pipeline: string) => {
  const [, second] = await server.runsOf(pipeline);
  return [state(second, 'mail')?.rows, state(second, 'log')?.rows];
};

test('users wait until a member decides, whose name and note are kept; the first decision counts', async () => {
  const { pipeline, run, asked } = await ask();
  expect(state(run, 'approval')?.waiting).toBe(2);
  expect(asked).toMatchObject({ run: run.id, step: 'approval', question: 'Send it?', users: 2, state: 'open' });
  await tick('2030-01-07T11:00:00Z');
  expect(await server.runsOf(pipeline)).toHaveLength(1);

  await approvals.decide(server.actor, asked.id, { approve: true, note: 'Looks right' });
  await expect(approvals.decide(server.actor, asked.id, { approve: false, note: '' })).rejects.toThrow(
    'This is approved already. Nothing is left to decide.',
  );
  await tick('2030-01-07T12:00:00Z');
  expect(await ways(pipeline)).toEqual([{ rows: 2 }, { rows: 0 }]);
  const [kept] = await approvals.list(server.actor.projectId, false, titlesOf);
  expect(kept).toMatchObject({ state: 'approved', decidedBy: 'Ada', note: 'Looks right' });
  expect(await open()).toEqual([]);
});

test('rejected users go the other way', async () => {
  const { pipeline, asked } = await ask();
  await approvals.decide(server.actor, asked.id, { approve: false, note: '' });
  await tick('2030-01-07T12:00:00Z');
  await tick('2030-02-07T12:00:00Z');
  expect(await ways(pipeline)).toEqual([{ rows: 0 }, { rows: 2 }]);
  expect(await server.runsOf(pipeline)).toHaveLength(2);
});

test('so do those about whom nobody decided in time; nobody of another project may decide', async () => {
  const { pipeline, asked } = await ask();
  const stranger = { ...server.actor, projectId: 'other' };
  await expect(approvals.decide(stranger, asked.id, { approve: true, note: '' })).rejects.toThrow(
    'There is no approval',
  );
  await tick('2030-01-14T10:00:00Z');
  expect(await ways(pipeline)).toEqual([{ rows: 0 }, { rows: 2 }]);
  await server.project.admin.run(sql`TRUNCATE TABLE waiting_users`);
});
