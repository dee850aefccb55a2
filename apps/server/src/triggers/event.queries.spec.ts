import { EventTrigger } from '@pelton/contract';
import { sql } from '@pelton/sdk';
import { refreshIdentities } from '@pelton/warehouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestProject, type TestProject } from '../steps/testing/test-project.js';
import { periodEvents } from './event.queries.js';

const MARCH = { from: '2026-03-01T00:00:00.000Z', to: '2026-04-01T00:00:00.000Z', timezone: 'UTC' };
/** Long after they happened, as when a source is synced late. */
const RECEIVED = '2026-06-01T00:00:00.000Z';

let tests: TestProject;
beforeAll(async () => {
  tests = await openTestProject();
  await arrive('first', '2026-03-01T00:00:00.000Z', { user_id: 'ann', properties: { total: 20, order: 'a' } });
  await arrive('last', '2026-03-31T23:59:59.999Z', { user_id: 'bob', properties: { total: 5, order: 'b' } });
  await arrive('before', '2026-02-28T23:59:59.999Z', { user_id: 'ann' });
  await arrive('after', '2026-04-01T00:00:00.000Z', { user_id: 'ann' });
  await arrive('other', '2026-03-02T00:00:00.000Z', { user_id: 'ann', event: 'Viewed' });
  await arrive('stranger', '2026-03-03T00:00:00.000Z', { anonymous_id: 'nobody' });
  await arrive('visitor', '2026-03-04T00:00:00.000Z', { anonymous_id: 'v1', properties: { total: 30 } });
  const known = sql`INSERT INTO identity_claims SELECT 'v1', 'cleo', now64(3), now64(3), 'identify'`;
  await tests.project.admin.run(known);
  await refreshIdentities(tests.project);
});
afterAll(() => tests.close());

async function arrive(id: string, timestamp: string, more: object): Promise<void> {
  const event = { message_id: id, type: 'track', event: 'Ordered', timestamp, received_at: RECEIVED, ...more };
  // Sent twice, as senders do that got no answer.
  for (const _ of [1, 2]) await tests.project.admin.insert('events', [event]);
}

async function found(trigger: object): Promise<unknown[]> {
  const query = periodEvents(
    tests.project.database,
    EventTrigger.parse({ kind: 'event', event: 'Ordered', ...trigger }),
    MARCH,
  );
  const rows = await tests.project.admin.rows<{ message_id: string; user_id: string; entry_key: string }>(
    sql`SELECT message_id, user_id, entry_key FROM (${query}) ORDER BY timestamp`,
  );
  return rows.map(({ message_id, user_id, entry_key }) => [message_id, user_id, entry_key]);
}

test('a period has the events that happened in it, each once, from its first instant until before the next one begins', async () => {
  expect(await found({})).toEqual([
    ['first', 'ann', 'ann'],
    ['visitor', 'cleo', 'cleo'],
    ['last', 'bob', 'bob'],
  ]);
});

test('of these, those that are as the trigger says', async () => {
  const condition = { rules: [{ field: 'total', operator: '>', value: 10 }] };
  expect(await found({ condition })).toEqual([
    ['first', 'ann', 'ann'],
    ['visitor', 'cleo', 'cleo'],
  ]);
});

test('whoever entered before enters again, by the key that the trigger says', async () => {
  await tests.project.admin.insert('trigger_entries', [
    { pipeline: 'p', message_id: 'first', key: 'a', entered: 1, received_at: RECEIVED, run_id: 'r' },
  ]);
  expect(await found({ entry: { again: 'never', key: 'order' } })).toEqual([
    ['first', 'ann', 'a'],
    ['visitor', 'cleo', 'visitor'],
    ['last', 'bob', 'b'],
  ]);
});
