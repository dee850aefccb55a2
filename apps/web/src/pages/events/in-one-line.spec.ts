import { expect, test } from 'vitest';
import { inOneLine } from './in-one-line';

test('properties stand in a line, text without quotes', () => {
  expect(inOneLine({ country: 'France', revenue: 304.5, tags: ['a'], paid: true, note: null })).toBe(
    'country France, revenue 304.5, tags ["a"], paid true, note null',
  );
  expect(inOneLine({})).toBe('');
});
