import { describeColumn } from '@pelton/contract';
import { bind, instant, sql } from '@pelton/sdk';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestProject, type TestProject } from '../steps/testing/test-project.js';
import {
  claimDueQuery,
  columnsOfText,
  dueGroupsQuery,
  enterQuery,
  type Entry,
  releasedQuery,
  releasedRelation,
  undoubleQuery,
  type WaitingGroup,
  waitingUsersQuery,
} from './waiting.queries.js';

const MONDAY = '2030-01-07T10:00:00.000Z';
const TUESDAY = '2030-01-08T10:00:00.000Z';
const of = { pipeline: 'journey', search: '' };
const page = { limit: 9, offset: 0 };

let tests: TestProject;
beforeAll(async () => {
  tests = await openTestProject();
});
afterAll(() => tests.close());
beforeEach(() => tests.project.admin.run(sql`TRUNCATE TABLE waiting_users`));

const entry = (runId: string, enteredAt: string): Entry => ({
  pipeline: 'journey',
  version: 1,
  stepId: 'wait',
  runId,
  enteredAt,
  users: { sql: sql`SELECT 'ann' AS user_id`, columns: [describeColumn('user_id', 'String')] },
  dueAt: sql`${instant(TUESDAY)}`,
});

test('two runs that put somebody to wait at one moment leave one entry, the earlier', async () => {
  const { admin, database } = tests.project;
  const [early, late] = [entry('early', MONDAY), entry('late', '2030-01-07T10:00:01.000Z')];
  // Neither sees the other when it looks who is there.
  await admin.run(enterQuery(database, late));
  await admin.run(
    sql`INSERT INTO waiting_users SELECT * REPLACE (${instant(MONDAY)} AS entered_at, 'early' AS run_id) FROM waiting_users`,
  );
  for (const each of [early, late]) await admin.run(undoubleQuery(database, each));
  const users = await admin.rows<{ run: string }>(waitingUsersQuery(database, of, page));
  expect(users.map(({ run }) => run)).toEqual(['early']);
});

test('a step that is run again puts nobody to wait anew, not even who has gone on', async () => {
  const { admin, database } = tests.project;
  await admin.run(enterQuery(database, entry('first', MONDAY)));
  await admin.run(enterQuery(database, entry('first', MONDAY)));
  expect(await admin.rows(waitingUsersQuery(database, of, page))).toHaveLength(1);
  const [group] = await admin.rows<WaitingGroup>(dueGroupsQuery(database, TUESDAY));
  if (!group) throw new Error('somebody is due');
  await admin.run(claimDueQuery(database, group, TUESDAY, { runId: 'next', port: 'users', fence: 11 }));
  await admin.run(enterQuery(database, entry('first', MONDAY)));
  expect(await admin.rows(waitingUsersQuery(database, of, page))).toEqual([]);
});

test('whoever writes with a lower fence changes nothing, however late', async () => {
  const { admin, database } = tests.project;
  await admin.run(enterQuery(database, entry('first', MONDAY)));
  const [group] = await admin.rows<WaitingGroup>(dueGroupsQuery(database, TUESDAY));
  if (!group) throw new Error('somebody is due');
  // Both looked while everybody waited; the one whose turn is over writes last.
  await admin.run(sql`CREATE TABLE before AS waiting_users`);
  await admin.run(sql`INSERT INTO before SELECT * FROM waiting_users`);
  await admin.run(claimDueQuery(database, group, TUESDAY, { runId: 'right', port: 'users', fence: 11 }));
  await admin.run(
    sql`INSERT INTO waiting_users SELECT * REPLACE ('released' AS state, 'users' AS port, 'late' AS released_by, ${bind('UInt64', 10)} AS fence) FROM before`,
  );
  const released = async (runId: string) => {
    const relation = releasedRelation(
      sql`(${releasedQuery(database, group, runId)})`,
      'users',
      columnsOfText(group.columns),
    );
    return admin.rows(relation.sql);
  };
  expect([await released('late'), await released('right')]).toEqual([[], [{ user_id: 'ann' }]]);
});
