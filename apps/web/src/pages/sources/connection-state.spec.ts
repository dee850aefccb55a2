import type { Connection, Dataset, Sync } from '@pelton/contract';
import { expect, test } from 'vitest';
import { toStates } from './connection-state';

const now = new Date('2026-11-22T12:00:00Z');
const connection = (name: string, ok: boolean | null): Connection => ({
  name,
  title: name,
  kind: 'connector',
  uses: 'postgres',
  config: {},
  secretsSet: [],
  lastCheck: ok === null ? null : { ok, message: '', at: '2026-11-22T00:00:00Z' },
  updatedAt: '2026-11-22T00:00:00Z',
});
const sync = (name: string, of: string, state: 'done' | 'failed', rows: number) =>
  ({
    name,
    connection: of,
    dataset: name,
    lastRun: { state, finishedAt: `2026-11-22T0${rows}:00:00Z` },
    daily: [
      { day: '2026-11-21', rows },
      { day: '2026-11-22', rows: rows * 2 },
    ],
  }) as unknown as Sync; // what is looked at
const dataset = (name: string, loadedAt: string) => ({ name, loadedAt }) as Dataset; // what is looked at

const states = toStates(
  ['fine', 'new', 'down', 'half'].map((name) => connection(name, name === 'new' ? null : name !== 'down')),
  {
    syncs: [sync('a', 'fine', 'done', 1), sync('b', 'fine', 'done', 2), sync('c', 'half', 'failed', 3)],
    datasets: [dataset('a', '2026-11-20T00:00:00Z'), dataset('b', '2026-11-22T00:00:00Z')],
    now,
  },
);

test('problems come first', () => {
  expect(states.map(({ connection: { name }, health }) => [name, health])).toEqual([
    ['down', 'failed'],
    ['half', 'loads-failed'],
    ['new', 'unchecked'],
    ['fine', 'ok'],
  ]);
});

test('a connection is as fresh as its oldest table, and its rows a day are those of all tables', () => {
  const fine = states.at(-1);
  expect(fine).toMatchObject({ oldestAt: '2026-11-20T00:00:00Z', lastRunAt: '2026-11-22T02:00:00Z', syncs: 2 });
  expect(fine?.daily).toHaveLength(14);
  expect(fine?.daily.slice(-3)).toEqual([0, 3, 6]);
});
