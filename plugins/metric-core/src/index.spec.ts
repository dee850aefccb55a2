import { readFileSync } from 'node:fs';
import { checkConformance } from '@pelton/sdk/testing';
import { expect, test } from 'vitest';
import plugin from './index.js';

test('the plugin conforms', () => {
  const packageJson: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  expect(checkConformance(plugin, packageJson)).toEqual([]);
});
