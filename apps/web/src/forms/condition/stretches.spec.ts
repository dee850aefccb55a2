import { expect, test } from 'vitest';
import { keyOf, STRETCHES, stretchOf } from './stretches';

const last = { kind: 'last', count: 3, unit: 'hour' } as const;

test('every stretch that is offered is read as itself', () => {
  expect(STRETCHES.map((key) => keyOf(stretchOf(key, last)))).toEqual([...STRETCHES]);
});

test('a number and its unit stay when the direction is turned, and are thirty days at first', () => {
  expect(stretchOf('next', last)).toEqual({ kind: 'next', count: 3, unit: 'hour' });
  expect(stretchOf('this-week', last)).toEqual({ kind: 'this', unit: 'week' });
  expect(stretchOf('before', { kind: 'this', unit: 'week' })).toEqual({ kind: 'before', count: 30, unit: 'day' });
});
