import { expect, test } from 'vitest';
import { keyNames } from './key-names';

test.each([
  ['Ctrl Shift Z', 'Macintosh; Intel Mac OS X 10_15_7', '⌘ Shift Z'],
  ['Alt Shift H  V', 'Macintosh; Intel Mac OS X 10_15_7', '⌥ Shift H  V'],
  ['Ctrl Shift Z', 'Windows NT 10.0; Win64; x64', 'Ctrl Shift Z'],
])('names %s before %s: %s', (keys, agent, named) => {
  expect(keyNames(keys, agent)).toBe(named);
});
