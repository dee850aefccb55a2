import { afterAll, beforeAll, expect, test } from 'vitest';
import { journey, pass, people, state, step } from '../journeys/testing/journey-steps.js';
import { startTestApp, type TestApp } from '../journeys/testing/test-app.js';
import { RunsService } from '../runs/runs.service.js';

const MONDAY = '2030-01-07T10:00:00.000Z';
const TAKES = {
  columns: [
    { name: 'user_id', family: 'text' },
    { name: 'points', family: 'number' },
  ],
};
const input = step('input', 'core/input', TAKES);
const call = (pipeline: string, rows?: string) => step('call', 'core/pipeline', { pipeline }, rows ? { rows } : {});
const computed = (id: string, name: string, formula: string) =>
  step(id, 'core/formula', { columns: [{ name, formula }] }, { rows: 'input' });

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
}, 120_000);
afterAll(() => server.stop());

const firstRows = async (run: string, id: string) =>
  (await server.samples(run, id)).map(({ port, rows }) => [port, rows]);

test('a pipeline is run with the rows that arrive, and what its last steps give goes on', async () => {
  const doubled = computed('doubled', 'points', 'points * 2');
  const called = await server.publish(journey(input, doubled, pass('kept', 'input')));
  const caller = await server.publish(
    journey(people('ann', 'bob'), call(called, 'people'), pass('mail', 'call.doubled'), pass('log', 'call.kept')),
  );
  const run = await server.run(caller, MONDAY);
  expect([run.state, state(run, 'call')?.rows]).toEqual(['done', { doubled: 2, kept: 2 }]);
  expect((await firstRows(run.id, 'mail')).flat()).toEqual([
    'rows',
    expect.arrayContaining([
      ['ann', 14],
      ['bob', 14],
    ]),
  ]);
  const [child, ...others] = await server.runsOf(called);
  expect(others).toEqual([]);
  expect(child).toMatchObject({
    id: state(run, 'call')?.called,
    cause: { kind: 'pipeline', by: run.id },
    version: 1,
    asOf: MONDAY,
    dry: false,
    state: 'done',
  });
});

test('a draft calls the live version dry', async () => {
  const called = await server.publish(journey(input, pass('kept', 'input')));
  const caller = await server.publish(journey(people('ann'), call(called, 'people')));
  const { id } = await server.app
    .get(RunsService)
    .launch(server.actor, { pipeline: caller, cause: { kind: 'manual' }, draft: true, asOf: MONDAY });
  expect(state(await server.ended(id), 'call')?.rows).toEqual({ kept: 1 });
  expect((await server.runsOf(called)).map(({ dry }) => dry)).toEqual([true]);
});

test('a run that fails fails the step that called it, and goes on when that one does', async () => {
  const strict = { columns: [{ column: 'user_id', convert: 'number' }], unreadable: 'stop the run' };
  const broken = step('kept', 'core/select', strict, { rows: 'input' });
  const called = await server.publish(journey(input, broken));
  const caller = await server.publish(
    journey(
      people('ann'),
      call(called, 'people'),
      step('mail', 'core/sort', { by: [{ column: 'user_id', direction: 'ascending' }] }, { rows: 'call.kept' }),
    ),
  );
  const run = await server.run(caller, MONDAY);
  expect([run.state, state(run, 'call')?.error?.code]).toEqual(['failed', 'CALL_FAILED']);
  expect(state(run, 'mail')?.state).toBe('skipped');
  await server.app.get(RunsService).retry(server.actor.projectId, run.id);
  expect((await server.ended(run.id)).state).toBe('failed');
  const [child, ...others] = await server.runsOf(called);
  expect([child?.steps.find(({ id }) => id === 'kept')?.attempt, others]).toEqual([2, []]);
});

test('what does not fit is told before anything runs', async () => {
  const called = await server.publish(journey(input, pass('kept', 'input')));
  const problems = async (...steps: Parameters<typeof journey>) =>
    server.problems(steps).then((found) => found.map(({ message }) => message));
  const named = step('people', 'core/sql', { query: "SELECT 'ann' AS user_id, 'many' AS points" });
  expect(await problems(named, call(called, 'people'))).toEqual([
    expect.stringContaining(`${called} needs the column points with number, but it holds text`),
  ]);
  expect(await problems(call(called))).toEqual([expect.stringContaining('Nothing is connected to Rows')]);
  expect(await problems(call('nowhere'))).toEqual([
    expect.stringContaining('nowhere has no live version that can be called'),
  ]);
});

test('pipelines that would call each other are not published', async () => {
  const first = await server.publish(journey(input, pass('kept', 'input')));
  const second = await server.publish(journey(input, call(first, 'input')));
  const closing = server.publish(journey(input, call(second, 'input')), first);
  await expect(closing).rejects.toThrow('Pipeline has a problem');
  await expect(server.publish(journey(input, call(first, 'input')), first)).rejects.toThrow('Pipeline has a problem');
  expect((await server.problems(journey(input, call(second, 'input')), first)).map(({ message }) => message)).toEqual([
    `${first} and ${second} would call each other for ever. Let one of them call another pipeline.`,
  ]);
});
