import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';

test('is one classic script of less than 4 KB', () => {
  const script = readFileSync(new URL('../dist/pelton.js', import.meta.url));
  expect(gzipSync(script).length).toBeLessThan(4096);
  expect(script.toString()).not.toMatch(/^\s*(import|export)\b/m);
});
