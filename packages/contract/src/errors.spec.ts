import { expect, test } from 'vitest';
import { AppError, isAppError } from './errors.js';

test('an error carries code, status, facts and words', () => {
  const error = new AppError('PIPELINE_CYCLE', { steps: ['a', 'b'] });
  expect(error).toMatchObject({ code: 'PIPELINE_CYCLE', status: 422, facts: { steps: ['a', 'b'] } });
  expect(error.message).toBe('a and b wait for each other in a circle. Remove one of the wires between them.');
  expect(isAppError(error)).toBe(true);
});

test('a long list of columns is cut and counted', () => {
  const columns = Array.from({ length: 11 }, (_, i) => `c${i}`);
  expect(new AppError('COLUMN_MISSING', { column: 'x', columns }).message).toMatch(/c7 and 3 more\.$/);
});
