import type { RejectCount } from '@pelton/contract';
import { expect, test } from 'vitest';
import { addedUp } from './added-up';

const lastAt = '2026-01-01T00:00:00Z';
const counts: RejectCount[] = [
  { code: 'INVALID', source: 'segment', count: 2, lastAt },
  { code: 'TOO_LARGE', source: 'segment', count: 5, lastAt },
  { code: 'INVALID', source: 'posthog', count: 4, lastAt },
];

test('adds up by code and by source, the largest first', () => {
  expect(addedUp(counts, 'code')).toEqual([
    { value: 'INVALID', count: 6 },
    { value: 'TOO_LARGE', count: 5 },
  ]);
  expect(addedUp(counts, 'source').map(({ count }) => count)).toEqual([7, 4]);
});
