import { expect, test } from 'vitest';
import { familyOf, traitFamily } from './property-family';

test('a property is of the family that its types share', () => {
  expect(familyOf({ types: ['Float64', 'Int64'] })).toBe('number');
  expect(familyOf({ types: ['String'] })).toBe('text');
  expect(familyOf({ types: ['String', 'Int64'] })).toBe('text');
  expect(familyOf({ types: [] })).toBe('text');
});

test('a trait is a number when all that was seen of it are numbers', () => {
  expect(traitFamily({ examples: ['40', '25.5'] })).toBe('number');
  expect(traitFamily({ examples: ['40', 'unknown'] })).toBe('text');
  expect(traitFamily({ examples: [] })).toBe('text');
});
