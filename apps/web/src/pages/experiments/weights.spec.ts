import { expect, test } from 'vitest';
import { evenWeights, keyFromTitle, missingWeight } from './weights';

test.each([2, 3, 6, 7])('%i even weights add up to a hundred', (count) => {
  const weights = evenWeights(count);
  expect(weights).toHaveLength(count);
  expect(missingWeight(weights)).toBe(0);
  expect(Math.max(...weights) - Math.min(...weights)).toBeLessThanOrEqual(0.0101);
});

test('what is missing or too much is told', () => {
  expect(missingWeight([50, 30])).toBe(20);
  expect(missingWeight([50, 50.5])).toBe(-0.5);
});

test.each([
  ['Plain mail', 'plain_mail'],
  ['15 % off!', 'arm_15_off'],
  ['할인', ''],
])('%s has the key %s', (title, key) => {
  expect(keyFromTitle(title)).toBe(key);
});
