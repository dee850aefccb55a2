import type { RejectCount } from '@pelton/contract';
import { expect, test } from 'vitest';
import { addedUp } from './added-up';

const rest = { lastAt: '2026-01-01T00:00:00Z', keyTitle: 'Shop' };
const counts: RejectCount[] = [
  { code: 'INVALID', source: 'segment', keyId: 'a', count: 2, ...rest },
  { code: 'TOO_LARGE', source: 'segment', keyId: 'a', count: 5, ...rest },
  { code: 'INVALID', source: 'posthog', keyId: 'b', count: 4, ...rest },
];

test('adds up by code, by key and by source, the largest first', () => {
  expect(addedUp(counts, 'code')).toEqual([
    { value: 'INVALID', count: 6 },
    { value: 'TOO_LARGE', count: 5 },
  ]);
  expect(addedUp(counts, 'keyId')).toEqual([
    { value: 'a', count: 7 },
    { value: 'b', count: 4 },
  ]);
  expect(addedUp(counts, 'source').map(({ count }) => count)).toEqual([7, 4]);
});
