import type { Relation } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Entry } from '../journeys/waiting.queries.js';
import type { StepRunContext } from './step-kind.js';
import { relationOf, stepContext } from './testing/step-context.js';
import { waitStep } from './wait.step.js';

let engine: Engine;
let users: Relation;
beforeAll(() => {
  engine = openEngine();
  const types = { user_id: 'String', moment: "DateTime64(3, 'UTC')", day: 'Date', local: 'String', zoned: 'String' };
  users = relationOf(engine, 'users', types, [
    {
      ...{ user_id: 'ann', moment: '2026-12-24T09:00:00Z', day: '2026-12-24' },
      ...{ local: '2026-12-24 09:00', zoned: '2026-12-24T09:00:00-05:00' },
    },
  ]);
});
afterAll(() => engine.close());

/** When ann goes on in a project of Seoul, which is nine hours ahead of UTC. */
async function due(params: object): Promise<unknown> {
  let entered: Entry | undefined;
  const enter = async (_project: unknown, entry: Entry) => {
    entered = entry;
    return 1;
  };
  const kind = waitStep({ enter });
  const context = {
    ...stepContext(kind, params, { users }),
    ...{ timezone: 'Asia/Seoul', pipeline: 'journey', version: 1, stepId: 'wait', runId: 'r', isDraft: false },
    confirm: () => Promise.resolve(),
  } as unknown as StepRunContext<never>; // a step that puts users to wait asks for no more
  await kind.run(context);
  if (!entered) throw new Error('Nobody was put to wait');
  return engine.rows<{ due: string }>(sql`SELECT toString(${entered.dueAt}) AS due FROM (${users.sql}) AS source`)[0]
    ?.due;
}
const until = (column: string, timezone = '') => due({ until: 'until a time in a column', column, timezone });

test('a time in a column is the moment that it is; a day and a text without a zone are of the project’s zone', async () => {
  expect(await until('moment')).toBe('2026-12-24 09:00:00.000');
  expect(await until('zoned')).toBe('2026-12-24 14:00:00.000');
  expect(await until('day')).toBe('2026-12-23 15:00:00.000');
  expect(await until('local')).toBe('2026-12-24 00:00:00.000');
});

test('with a zone of the step, times are what clocks showed there', async () => {
  expect(await until('moment', 'America/New_York')).toBe('2026-12-24 14:00:00.000');
  expect(await until('day', 'America/New_York')).toBe('2026-12-24 05:00:00.000');
  expect(await until('local', 'America/New_York')).toBe('2026-12-24 14:00:00.000');
  expect(await until('zoned', 'America/New_York')).toBe('2026-12-24 14:00:00.000');
});

test('a time of day and a date are of the project’s zone, or the step’s', async () => {
  // The run is as of 09:00 on 21 November in Seoul.
  expect(await due({ until: 'until a time of day', time: '09:00' })).toBe('2026-11-22 00:00:00.000');
  expect(await due({ until: 'until a time of day', time: '09:00', timezone: 'UTC' })).toBe('2026-11-21 09:00:00.000');
  expect(await due({ until: 'until a date', date: '2026-12-24 09:00' })).toBe('2026-12-24 00:00:00.000');
});
