import { expect, test } from 'vitest';
import { optionTitle } from './option-title';

test.each([
  ['each-run', { 'each-run': '실행할 때마다' }, '실행할 때마다'],
  ['each-run', {}, 'each run'],
  ['full_refresh', {}, 'full refresh'],
])('%s is called so where these words are known: %o', (value, words: Record<string, string>, title) => {
  expect(optionTitle(value, (text) => words[text] ?? text)).toBe(title);
});
