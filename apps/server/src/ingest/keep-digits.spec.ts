import { expect, test } from 'vitest';
import { keepDigits } from './keep-digits.js';

test.each([
  ['{"id":9007199254740993}', '{"id":"9007199254740993"}'],
  ['[-9223372036854775808, 12]', '["-9223372036854775808", 12]'],
  ['{"a":[1,18446744073709551615],"b":"x"}', '{"a":[1,"18446744073709551615"],"b":"x"}'],
])('a whole number that would be rounded becomes text: %s', (json, kept) => {
  expect(keepDigits(json)).toBe(kept);
});

test.each([
  '{"at":1700000000000,"most":9007199254740991}',
  '{"text":"9007199254740993","quoted \\" 9007199254740993":1}',
  '{"fraction":0.12345678901234567,"large":1e300,"rounded":12345678901234567.5}',
  'no JSON "at all 9007199254740993',
])('all else stays as it is: %s', (json) => {
  expect(keepDigits(json)).toBe(json);
});

test('a hostile body costs no more than its length', () => {
  const started = performance.now();
  keepDigits(`"${'\\"'.repeat(250_000)}1234567890123456`);
  expect(performance.now() - started).toBeLessThan(1_000);
});
