import { expect, test } from 'vitest';
import { freeName } from './free-name';

test('counts on from a name that is taken', () => {
  expect(freeName('revenue', [])).toBe('revenue');
  expect(freeName('revenue', ['revenue', 'revenue-2'])).toBe('revenue-3');
});
