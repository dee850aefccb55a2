import { sql } from '@pelton/sdk';
import { describe, expect, test } from 'vitest';
import { runsReadBy, stepsBefore, stepsOfPart, waitsWithin } from './launch.js';

/** rows → users → tag → mail, and rows → export; the tag waits for the store `users` without a wire. */
const WAITS = new Map([
  ['rows', []],
  ['users', ['rows']],
  ['tag', ['users']],
  ['mail', ['tag']],
  ['export', ['rows']],
]);

describe('a part of a pipeline', () => {
  test('is one step', () => {
    expect(stepsOfPart(WAITS, { step: 'users', andAfter: false })).toEqual(['users']);
  });

  test('or that step with all that come after it, near or far', () => {
    expect(stepsOfPart(WAITS, { step: 'users', andAfter: true })).toEqual(['users', 'tag', 'mail']);
  });

  test('comes after all that its steps look at', () => {
    expect([...stepsBefore(WAITS, ['tag', 'mail'])].sort()).toEqual(['rows', 'users']);
    expect([...stepsBefore(WAITS, ['rows'])]).toEqual([]);
  });

  test('waits for nothing that is not in the run', () => {
    expect(waitsWithin(WAITS, new Set(['users', 'tag', 'mail']))).toEqual({
      users: [],
      tag: ['users'],
      mail: ['tag'],
    });
  });
});

test('tells whose tables a seed reads', () => {
  const [first, second] = ['a'.repeat(20), 'b'.repeat(20)];
  const table = (run: string) => ({ parts: [`SELECT * FROM \`db\`.\`stage_${run}_events_1_events\``] });
  const relations = {
    events: { sql: sql`SELECT * FROM (${table(first)}) WHERE id = ${`stage_${'c'.repeat(20)}_`}`, columns: [] },
  };
  expect(runsReadBy({ relations, samples: {}, drafted: { table: 'events', rows: table(second) } })).toEqual([
    first,
    second,
  ]);
});
