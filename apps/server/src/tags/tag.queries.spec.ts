import { describeColumn } from '@pelton/contract';
import { render, sql } from '@pelton/sdk';
import { type Engine, openEngine, type TableRow } from '@pelton/sdk/testing';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { entriesQuery, membersQuery, nextMembersQuery } from './tag.queries.js';

const engine: Engine = openEngine();
afterAll(() => engine.close());

const TIME = "DateTime64(3, 'UTC')";
const stored = {
  tag_id: 'String',
  user_id: 'String',
  value: 'String',
  score: 'Nullable(Float64)',
  evidence: 'String',
  entered_at: TIME,
  expires_at: `Nullable(${TIME})`,
  left_at: `Nullable(${TIME})`,
};
const found = { user_id: 'String', value: 'String', score: 'Nullable(Float64)', evidence: 'String' };
let tagMembers: TableRow[] = [];

function evaluate(users: string[], asOf: string, lookedAt?: string[]): Record<string, string> {
  engine.table('tag_members', stored, tagMembers);
  engine.table(
    'found',
    found,
    users.map((user_id) => ({ user_id, value: '', score: null, evidence: `seen ${asOf}` })),
  );
  const narrowed =
    lookedAt &&
    engine.table(
      'looked_at',
      { user_id: 'String' },
      lookedAt.map((user_id) => ({ user_id })),
    );
  const next = nextMembersQuery({
    database: 'default',
    tag: 't',
    found: sql`SELECT * FROM found`,
    asOf,
    lookedAt: narrowed && sql`SELECT * FROM ${narrowed}`,
  });
  tagMembers = engine.rows(next);
  const day = (at: unknown) => String(at).slice(8, 10);
  return Object.fromEntries(
    tagMembers.map((row) => [row.user_id, `${day(row.entered_at)}${row.left_at ? ` to ${day(row.left_at)}` : ''}`]),
  );
}

beforeEach(() => {
  tagMembers = [];
});

test('who stays keeps the time of entry, who is new enters now, who is gone leaves now', () => {
  expect(evaluate(['a', 'b'], '2026-01-01T00:00:00Z')).toEqual({ a: '01', b: '01' });
  expect(evaluate(['b', 'c'], '2026-01-02T00:00:00Z')).toEqual({ a: '01 to 02', b: '01', c: '02' });
  expect(evaluate(['a', 'b', 'c'], '2026-01-03T00:00:00Z')).toEqual({ a: '03', b: '01', c: '02' });
});

test('evaluating the same again changes nothing', () => {
  evaluate(['a', 'b'], '2026-01-01T00:00:00Z');
  const once = evaluate(['b'], '2026-01-02T00:00:00Z');
  expect(evaluate(['b'], '2026-01-02T00:00:00Z')).toEqual(once);
});

test('users who were not looked at keep what they had', () => {
  evaluate(['a', 'b', 'c'], '2026-01-01T00:00:00Z');
  expect(evaluate(['b'], '2026-01-02T00:00:00Z', ['a', 'b'])).toEqual({ a: '01 to 02', b: '01', c: '01' });
});

test('as of the past, whoever is a member afterwards has that entry, and others enter then', () => {
  evaluate(['a', 'b'], '2026-01-03T00:00:00Z');
  evaluate(['a'], '2026-01-05T00:00:00Z');
  const found = sql`SELECT arrayJoin(['a', 'b', 'c']) AS user_id, '' AS value, NULL AS score, '' AS evidence`;
  const entries = (asOf: string) =>
    engine
      .rows(entriesQuery({ database: 'default', tag: 't', found, asOf }))
      .map((row) => `${String(row.user_id)} ${String(row.entered_at).slice(8, 10)}`)
      .sort();
  engine.table('tag_members', stored, tagMembers);
  expect(entries('2026-01-02T00:00:00Z')).toEqual(['a 03', 'b 03', 'c 02']);
  expect(entries('2026-01-05T00:00:00Z')).toEqual(['a 03', 'b 05', 'c 05']);
});

test('a rule that gives user_id alone fills the other columns', () => {
  const compiled = sql`SELECT 'a' AS user_id UNION ALL SELECT 'a' UNION ALL SELECT ''`;
  expect(engine.rows(membersQuery(compiled, [describeColumn('user_id', 'String')]))).toEqual([
    { user_id: 'a', value: '', score: null, evidence: '' },
  ]);
});

test('score and evidence of a rule are kept', () => {
  const compiled = sql`SELECT 'a' AS user_id, 0.5 AS score, 'because' AS evidence`;
  const columns = [
    describeColumn('user_id', 'String'),
    describeColumn('score', 'Float64'),
    describeColumn('evidence', 'String'),
  ];
  expect(engine.rows(membersQuery(compiled, columns))).toEqual([
    { user_id: 'a', value: '', score: 0.5, evidence: 'because' },
  ]);
  expect(render(membersQuery(compiled, columns)).params).toEqual({});
});
