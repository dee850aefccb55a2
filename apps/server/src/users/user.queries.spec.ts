import { type Engine, openEngine } from '@pelton/sdk/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { userAssignmentsQuery } from './user.queries.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  engine.table(
    'assignments',
    { experiment_id: 'String', user_id: 'String', variation: 'String', at: "DateTime64(3, 'UTC')" },
    [
      { experiment_id: 'offer', user_id: 'lead-7', variation: 'plain', at: '2026-01-01T00:00:00Z' },
      { experiment_id: 'offer', user_id: 'ann', variation: 'offer', at: '2026-01-02T00:00:00Z' },
      { experiment_id: 'price', user_id: 'lead-7', variation: 'low', at: '2026-01-03T00:00:00Z' },
      { experiment_id: 'price', user_id: 'bob', variation: 'high', at: '2026-01-03T00:00:00Z' },
    ],
    ['experiment_id', 'user_id'],
  );
  engine.table('identities', { identifier: 'String', user_id: 'String' }, [{ identifier: 'lead-7', user_id: 'ann' }]);
});
afterAll(() => engine.close());

test('a user has the variation of each experiment that was given first, also to an older id', () => {
  expect(engine.rows(userAssignmentsQuery('default', 'ann'))).toEqual([
    { experiment_id: 'price', variation: 'low', at: '2026-01-03 00:00:00.000' },
    { experiment_id: 'offer', variation: 'plain', at: '2026-01-01 00:00:00.000' },
  ]);
});
