import { sql } from '@pelton/sdk';
import { type Engine, openEngine } from '@pelton/sdk/testing';
import { assignmentHash, bucketRanges, chooseVariation } from '@pelton/stats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentsQuery, chooseVariationQuery, decideQuery, hashQuery } from './experiment.queries.js';

let engine: Engine;
beforeAll(() => {
  engine = openEngine();
  engine.table('users', { user_id: 'String' }, [
    ...Array.from({ length: 2000 }, (_, index) => ({ user_id: `user-${index}` })),
    { user_id: '김지우' },
    { user_id: 'user-1' },
    { user_id: '' },
  ]);
  engine.table(
    'assignments',
    { experiment_id: 'String', user_id: 'String', variation: 'String', at: "DateTime64(3, 'UTC')" },
    [
      ['user-0', 'old', '01'],
      ['lead-7', 'plain', '02'],
      ['user-7', 'offer', '03'],
      ['lead-8', 'offer', '04'],
    ].map(([user_id, variation, day]) => ({
      experiment_id: 'offer',
      user_id,
      variation,
      at: `2026-01-${day}T00:00:00Z`,
    })),
    ['experiment_id', 'user_id'],
  );
  engine.table('identities', { identifier: 'String', user_id: 'String' }, [
    { identifier: 'lead-7', user_id: 'user-7' },
    { identifier: 'lead-8', user_id: 'user-8' },
  ]);
});
afterAll(() => engine.close());

const users = sql`SELECT user_id FROM users`;
const variations = [
  { key: 'plain', title: 'Plain', weight: 0.5 },
  { key: 'offer', title: 'Offer', weight: 0.5 },
];

test('the hash in SQL is the hash in TypeScript, for any bytes', () => {
  const rows = engine.rows<{ user_id: string; position: number }>(
    sql`SELECT user_id, ${hashQuery(sql`user_id`, 'seed ✓')} AS position FROM (${users})`,
  );
  for (const { user_id, position } of rows) expect(position).toBe(assignmentHash('seed ✓', user_id));
});

test('a user gets the variation that the GrowthBook SDK would give, once', () => {
  const experiment = { name: 'offer', seed: '', coverage: 0.8, variations };
  const rows = engine.rows<{ user_id: string; variation: string }>(chooseVariationQuery(users, experiment));
  const ranges = bucketRanges(0.8, [0.5, 0.5]);
  const expected = Array.from({ length: 2000 }, (_, index) => `user-${index}`)
    .concat('김지우')
    .flatMap((userId) => {
      const key = variations[chooseVariation(assignmentHash('offer', userId), ranges)]?.key;
      return key ? [[userId, key] as const] : [];
    });
  expect(new Map(rows.map((row) => [row.user_id, row.variation]))).toEqual(new Map(expected));
  expect(rows).toHaveLength(expected.length);
});

test('raising the coverage moves nobody', () => {
  const choose = (coverage: number) =>
    new Map(
      engine
        .rows<{ user_id: string; variation: string }>(
          chooseVariationQuery(users, { name: 'offer', seed: '', coverage, variations }),
        )
        .map((row) => [row.user_id, row.variation]),
    );
  const [few, many] = [choose(0.2), choose(1)];
  expect(many.size).toBe(2001);
  for (const [userId, variation] of few) expect(many.get(userId)).toBe(variation);
});

test('who was assigned before keeps the variation, even one that is no longer given', () => {
  const rows = engine.rows<{ user_id: string; variation: string; is_new: boolean }>(
    decideQuery(
      sql`SELECT user_id FROM users WHERE user_id IN ('user-0', 'user-1')`,
      { name: 'offer', seed: '', coverage: 1, variations },
      'default',
      '2026-02-01T00:00:00Z',
    ),
  );
  expect(rows.find((row) => row.user_id === 'user-0')).toMatchObject({ variation: 'old', is_new: false });
  expect(rows.find((row) => row.user_id === 'user-1')).toMatchObject({ is_new: true });
  expect(rows).toHaveLength(2);
});

test('who was assigned under an older id, or under two, is one user with the variation that came first', () => {
  const assigned = (asOf: string) =>
    engine.rows(sql`SELECT * FROM (${assignmentsQuery('default', 'offer', asOf)}) ORDER BY user_id`);
  expect(assigned('2026-02-01T00:00:00Z')).toEqual([
    { user_id: 'user-0', variation: 'old', at: '2026-01-01 00:00:00.000' },
    { user_id: 'user-7', variation: 'plain', at: '2026-01-02 00:00:00.000' },
    { user_id: 'user-8', variation: 'offer', at: '2026-01-04 00:00:00.000' },
  ]);
  expect(assigned('2026-01-03T12:00:00Z')).toHaveLength(2);
  const decided = engine.rows<{ user_id: string; variation: string; is_new: boolean }>(
    decideQuery(
      sql`SELECT user_id FROM users WHERE user_id IN ('user-7', 'user-8')`,
      { name: 'offer', seed: '', coverage: 1, variations },
      'default',
      '2026-02-01T00:00:00Z',
    ),
  );
  expect(Object.fromEntries(decided.map((row) => [row.user_id, [row.variation, row.is_new]]))).toEqual({
    'user-7': ['plain', false],
    'user-8': ['offer', false],
  });
});
