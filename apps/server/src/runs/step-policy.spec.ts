import { AppError } from '@pelton/contract';
import { expect, test } from 'vitest';
import { waitBeforeRetry } from './step-policy.js';

const down = new AppError('SERVICE_DOWN', { service: 'ClickHouse', reason: 'refused' });
const wrong = new AppError('PARAM_INVALID', { field: 'column', reason: 'Choose one' });
const api = new AppError('CONNECTION_FAILED', { connection: 'crm', reason: '502' });
const waits = (step: Parameters<typeof waitBeforeRetry>[0], error: unknown, random = 0) =>
  [1, 2, 3, 4].map((tries) => waitBeforeRetry(step, error, { tries, random }));

test('a step that says nothing is tried again only when a service did not answer', () => {
  expect(waits({}, down)).toEqual([500, 1_500, 4_500, undefined]);
  expect(waits({}, api)).toEqual([undefined, undefined, undefined, undefined]);
  expect(waits({}, new Error('a fault of ours'))).toEqual([undefined, undefined, undefined, undefined]);
});

const twice = { retry: { times: 2, waitSeconds: 4, backoff: 10, jitter: true } };

test('a step that asks for retries gets them for all that might pass', () => {
  expect(waits(twice, api)).toEqual([4_000, 40_000, undefined, undefined]);
  expect(waits(twice, new Error('a fault of ours'))).toEqual([4_000, 40_000, undefined, undefined]);
  expect(waits(twice, new AppError('STEP_TOO_SLOW', { seconds: 1 }))).toEqual([4_000, 40_000, undefined, undefined]);
});

test('jitter takes up to half of a pause', () => {
  expect(waits(twice, api, 1)).toEqual([2_000, 20_000, undefined, undefined]);
  expect(waits({ retry: { ...twice.retry, jitter: false } }, api, 1)).toEqual([4_000, 40_000, undefined, undefined]);
});

test('what a person has to mend is never tried again', () => {
  expect(waits(twice, wrong)).toEqual([undefined, undefined, undefined, undefined]);
});

test('no pause is longer than a day', () => {
  const patient = { retry: { times: 9, waitSeconds: 86_400, backoff: 10, jitter: false } };
  expect(waitBeforeRetry(patient, down, { tries: 9, random: 0 })).toBe(86_400_000);
});
