import { AppError } from '@pelton/contract';
import { describe, expect, test } from 'vitest';
import { failure, nextSize } from './send-rows.js';

describe('the next batch', () => {
  test.each([
    ['grows while the target is quick', { size: 100, ms: 20, characters: 50 }, 200],
    ['stays when it takes seconds', { size: 100, ms: 3_000, characters: 50 }, 100],
    ['shrinks when the target is slow', { size: 101, ms: 9_000, characters: 50 }, 50],
    ['has 5,000 rows at most', { size: 4_000, ms: 20, characters: 50 }, 5_000],
    ['is small when rows are large', { size: 100, ms: 20, characters: 1_000_000 }, 4],
    ['has one row at least', { size: 1, ms: 60_000, characters: 50_000_000 }, 1],
  ])('%s', (_name, batch, size) => {
    expect(nextSize(batch)).toBe(size);
  });
});

test('what stopped a step names connection and target once', () => {
  const cause = new AppError('CONNECTION_FAILED', { connection: 'db:5432', reason: 'nothing listens there' });
  expect(failure(cause, { connection: 'crm', target: 'contacts', done: 300, rows: 1_000 })).toMatchObject({
    code: 'DESTINATION_FAILED',
    message:
      'crm takes no more rows for contacts: nothing listens there. 300 of 1000 rows are through; mend it, and let the run go on from there.',
  });
});
