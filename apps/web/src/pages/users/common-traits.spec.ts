import { expect, test } from 'vitest';
import { commonTraits, nameOf } from './common-traits';

test('the traits that most users have come first', () => {
  const users: { traits: Record<string, string> }[] = [
    { traits: { email: 'a@example.org', country: 'France' } },
    { traits: { email: 'b@example.org', plan: 'free', country: 'Spain' } },
    { traits: { email: 'c@example.org' } },
  ];
  expect(commonTraits(users, 2)).toEqual(['email', 'country']);
  expect(commonTraits([], 2)).toEqual([]);
});

test.each([
  [{ name: 'Margaret Ellison', email: 'm@example.org' }, 'Margaret Ellison'],
  [{ first_name: 'Margaret', last_name: 'Ellison' }, 'Margaret Ellison'],
  [{ firstName: 'Margaret' }, 'Margaret'],
  [{ email: 'm@example.org' }, 'm@example.org'],
  [{ country: 'France' }, ''],
])('%o is called %s', (traits, name) => {
  expect(nameOf(traits)).toBe(name);
});
