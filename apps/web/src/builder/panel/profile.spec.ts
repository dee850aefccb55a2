import { expect, test } from 'vitest';
import { profile } from './profile';

test('numbers give a histogram with least, median and most', () => {
  expect(profile({ family: 'number' }, [1, 2, 3, 100, null])).toMatchObject({
    kind: 'bars',
    least: 1,
    most: 100,
    median: 3,
    empty: 1,
    bars: [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 / 3],
  });
});

test('times are read as instants, and numbers that came as text as numbers', () => {
  const times = profile({ family: 'time' }, ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z']);
  expect(times).toMatchObject({ kind: 'bars', least: Date.parse('2026-01-01T00:00:00Z') });
  expect(profile({ family: 'number' }, ['18446744073709551615', '5'])).toMatchObject({ kind: 'bars', least: 5 });
});

test('all else is counted: different values and empty ones', () => {
  expect(profile({ family: 'text' }, ['FR', 'FR', 'DE', ''])).toEqual({
    kind: 'values',
    distinct: 2,
    empty: 1,
    filled: 0.75,
  });
  expect(profile({ family: 'json' }, [{ a: 1 }, { a: 1 }])).toMatchObject({ distinct: 1 });
  expect(profile({ family: 'number' }, [7])).toMatchObject({ kind: 'values', distinct: 1 });
});
