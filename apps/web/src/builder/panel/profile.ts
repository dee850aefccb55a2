import type { Column } from '@pelton/contract';

/** What a column of a sample looks like, over the rows that are shown. */
export type Profile =
  | { kind: 'bars'; bars: number[]; least: number; most: number; median: number; empty: number }
  | { kind: 'values'; distinct: number; empty: number; filled: number };

const BARS = 12;

/** A histogram for numbers and times, a count of different values for all else. @param values JSON as the server sent them */
export function profile(column: Pick<Column, 'family'>, values: readonly unknown[]): Profile {
  const given = values.filter((value) => value !== null && value !== undefined && value !== '');
  const empty = values.length - given.length;
  const numbers = given.map((value) => toNumber(column, value)).filter((number) => Number.isFinite(number));
  if (numbers.length > 1 && (column.family === 'number' || column.family === 'time'))
    return { ...bars(numbers), empty };
  const distinct = new Set(given.map((value) => (typeof value === 'object' ? JSON.stringify(value) : value))).size;
  return { kind: 'values', distinct, empty, filled: values.length === 0 ? 0 : given.length / values.length };
}

function bars(numbers: number[]): Omit<Extract<Profile, { kind: 'bars' }>, 'empty'> {
  const sorted = numbers.toSorted((a, b) => a - b);
  const least = sorted[0] ?? 0;
  const most = sorted.at(-1) ?? 0;
  const counts = Array.from({ length: BARS }, () => 0);
  for (const number of sorted) {
    const bar = most === least ? 0 : Math.min(BARS - 1, Math.floor(((number - least) / (most - least)) * BARS));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  const tallest = Math.max(...counts);
  return {
    kind: 'bars',
    bars: counts.map((count) => count / tallest),
    least,
    most,
    median: sorted[Math.floor(sorted.length / 2)] ?? 0,
  };
}

/** The warehouse sends 64-bit numbers as text and times as ISO 8601. */
function toNumber({ family }: Pick<Column, 'family'>, value: unknown): number {
  if (family === 'time') return Date.parse(String(value));
  return typeof value === 'number' ? value : Number(value);
}
