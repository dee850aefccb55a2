import { expect, test } from 'vitest';
import { countKinds, layersOf, matches } from './layers-of';

const plugin = {
  name: '@pelton/points',
  title: 'Points and levels',
  description: 'Earn, spend, expire',
  contributes: [
    { kind: 'tagging' as const, id: 'level', title: 'Level' },
    { kind: 'tagging' as const, id: 'expiring', title: 'Points expire soon' },
    { kind: 'channel' as const, id: 'statement', title: 'Statement' },
  ],
};

test('a plugin belongs to the layers of what it brings', () => {
  expect(layersOf(plugin)).toEqual(['understand', 'reach']);
  expect(countKinds(plugin)).toEqual([
    { kind: 'tagging', count: 2 },
    { kind: 'channel', count: 1 },
  ]);
});

test('a plugin is found by its own words and by what it brings', () => {
  expect(matches(plugin, 'points')).toBe(true);
  expect(matches(plugin, 'statement')).toBe(true);
  expect(matches(plugin, '')).toBe(true);
  expect(matches(plugin, 'mail')).toBe(false);
});
