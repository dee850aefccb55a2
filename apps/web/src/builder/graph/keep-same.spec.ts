import { expect, test } from 'vitest';
import { keepSame } from './keep-same';

const at = (id: string, x: number) => ({ id, place: { x } });

test('a list that says the same is the one from before', () => {
  const before = [at('a', 0), at('b', 1)];
  expect(keepSame(before, [at('a', 0), at('b', 1)])).toBe(before);
});

test('of a list that changed, what says the same is kept', () => {
  const before = [at('a', 0), at('b', 1)];
  const now = keepSame(before, [at('b', 2), at('a', 0), at('c', 3)]);
  expect(now).toEqual([at('b', 2), at('a', 0), at('c', 3)]);
  expect(now[1]).toBe(before[0]);
});

test('a list in another order is another list', () => {
  const before = [at('a', 0), at('b', 1)];
  expect(keepSame(before, [at('b', 1), at('a', 0)]).map(({ id }) => id)).toEqual(['b', 'a']);
});
