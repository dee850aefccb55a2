import { afterAll, beforeAll, expect, test } from 'vitest';
import { newId } from '../common/ids.js';
import { JourneyClock } from './journey-clock.service.js';
import { journey, pass, people, state, step, wait } from './testing/journey-steps.js';
import { startTestApp, type TestApp } from './testing/test-app.js';

// In 2030, so that only a clock that a test sets lets anybody go on.
const MONDAY = '2030-01-07T10:00:00.000Z';

let server: TestApp;
beforeAll(async () => {
  server = await startTestApp();
}, 120_000);
afterAll(() => server.stop());

const tick = (at: string) => server.app.get(JourneyClock).tick(new Date(at));
const samplesOf = async (pipeline: string, id: string) => {
  const runs = (await server.runsOf(pipeline)).filter((run) => state(run, id)?.state === 'done');
  const samples = await Promise.all(runs.map((run) => server.samples(run.id, id)));
  return samples.map(([first]) =>
    (first?.rows ?? []).flatMap(([user]) => (typeof user === 'string' ? [user] : [])).sort(),
  );
};
const order = (userId: string, timestamp: string, properties: object = {}, visitor = '') =>
  server.project.admin.insert('events', [
    {
      message_id: newId(),
      type: 'track',
      event: 'Order Completed',
      user_id: userId,
      anonymous_id: visitor,
      timestamp,
      received_at: timestamp,
      properties,
    },
  ]);

test('until an event or a timeout: who did it goes on at once, the others when the time is over', async () => {
  const pipeline = await server.publish(
    journey(
      people('ann', 'bob', 'cy'),
      wait({ until: 'until an event', event: 'Order Completed', amount: 2, unit: 'days' }),
      pass('thanks', 'wait.happened'),
      pass('reminder', 'wait.timeout'),
    ),
  );
  await order('bob', '2030-01-07T09:00:00Z');
  await server.run(pipeline, MONDAY);
  await tick('2030-01-07T10:01:00Z');
  expect(await server.runsOf(pipeline)).toHaveLength(1);

  await order('ann', '2030-01-07T12:00:00Z');
  await tick('2030-01-07T12:00:05Z');
  await order('cy', '2030-01-09T10:30:00Z');
  await tick('2030-01-09T11:00:00Z');
  expect(await samplesOf(pipeline, 'thanks')).toEqual([['ann'], []]);
  expect(await samplesOf(pipeline, 'reminder')).toEqual([[], ['bob', 'cy']]);
});

test('until an event that is as the step says: others let nobody go on, also not those who wait for any', async () => {
  const condition = { rules: [{ field: 'amount', operator: '>', value: 10 }] };
  const awaited = { until: 'until an event', event: 'Order Completed', amount: 2, unit: 'days' };
  const pipeline = await server.publish(
    journey(
      people('ann', 'bob', 'cy'),
      wait({ ...awaited, condition }),
      step('any', 'core/wait', awaited, { users: 'people' }),
      pass('large', 'wait.happened'),
      pass('small', 'wait.timeout'),
      pass('thanks', 'any.happened'),
    ),
  );
  await server.run(pipeline, MONDAY);
  await order('ann', '2030-01-07T12:00:00Z', { amount: 11 });
  await order('bob', '2030-01-07T12:00:00Z', { amount: 10 });
  await order('cy', '2030-01-07T12:00:00Z');
  await tick('2030-01-07T12:00:05Z');
  expect(await samplesOf(pipeline, 'large')).toEqual([['ann']]);
  expect(await samplesOf(pipeline, 'thanks')).toEqual([['ann', 'bob', 'cy']]);
  await tick('2030-01-07T12:00:10Z');
  expect(await server.runsOf(pipeline)).toHaveLength(3);

  await order('bob', '2030-01-08T12:00:00Z', { amount: 12.5 });
  await tick('2030-01-08T12:00:05Z');
  await tick('2030-01-09T10:00:00Z');
  expect((await samplesOf(pipeline, 'large')).filter((users) => users.length > 0)).toEqual([['ann'], ['bob']]);
  expect((await samplesOf(pipeline, 'small')).filter((users) => users.length > 0)).toEqual([['cy']]);
});

test('until an event that a visitor did, once it is known who that is', async () => {
  const awaited = { until: 'until an event', event: 'Order Completed', amount: 2, unit: 'days' };
  const pipeline = await server.publish(
    journey(people('dee', 'eve'), wait(awaited), pass('thanks', 'wait.happened'), pass('reminder', 'wait.timeout')),
  );
  await server.run(pipeline, MONDAY);
  await order('', '2030-01-07T12:00:00Z', {}, 'phone');
  await tick('2030-01-07T12:00:05Z');
  expect(await server.runsOf(pipeline)).toHaveLength(1);
  const signedIn = { first_at: '2030-01-07T13:00:00Z', last_at: '2030-01-07T13:00:00Z', said_by: 'identify' };
  await server.project.admin.insert('identity_claims', [{ identifier: 'phone', user_id: 'dee', ...signedIn }]);
  await tick('2030-01-07T13:00:05Z');
  await tick('2030-01-09T10:00:00Z');
  expect((await samplesOf(pipeline, 'thanks')).flat()).toEqual(['dee']);
  expect((await samplesOf(pipeline, 'reminder')).flat()).toEqual(['eve']);
});

test('says of a condition on an event what does not fit, before anything runs', async () => {
  const problems = async (field: string, value: unknown) => {
    const condition = { rules: [{ field, operator: '>', value }] };
    const waiting = wait({ until: 'until an event', event: 'Order Completed', condition });
    return (await server.problems(journey(people('ann'), waiting))).map(({ message }) => message);
  };
  expect(await problems('amount', 10)).toEqual([]);
  expect(await problems('@product.price', 10)).toEqual([
    expect.stringContaining('@product.price is not of the event itself. Put a filter after this instead'),
  ]);
});
