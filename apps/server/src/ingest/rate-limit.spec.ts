import { expect, test } from 'vitest';
import { RateLimit } from './rate-limit.js';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');

test('a burst of twice the rate passes, and whoever waits as long as told passes then', () => {
  const limit = new RateLimit(10);
  expect(limit.take('a', 20, NOW)).toBe(0);
  expect(limit.take('a', 15, NOW)).toBe(2);
  expect(limit.take('a', 15, NOW + 1_000)).toBe(1);
  expect(limit.take('a', 15, NOW + 2_000)).toBe(0);
  expect(limit.take('a', 1, NOW + 2_400)).toBe(0);
});

test('keys do not take from each other', () => {
  const limit = new RateLimit(10);
  limit.take('a', 20, NOW);
  expect([limit.take('a', 1, NOW), limit.take('b', 20, NOW)]).toEqual([1, 0]);
});

test('a batch larger than a burst passes once the bucket is full', () => {
  const limit = new RateLimit(10);
  expect(limit.take('a', 1_000, NOW)).toBe(0);
  expect(limit.take('a', 1_000, NOW + 1_000)).toBe(1);
  expect(limit.take('a', 1_000, NOW + 2_000)).toBe(0);
});
