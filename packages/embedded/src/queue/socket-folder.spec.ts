import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { openSocketFolder } from './socket-folder.js';

test('puts the socket into the folder of the queue', () => {
  const folder = temporaryFolder();
  expect(openSocketFolder(folder, {})).toBe(join(folder, 'run'));
});

test('finds the same short folder for a path that is too long for a socket', () => {
  const folder = join(temporaryFolder(), 'a'.repeat(100));
  const socketFolder = openSocketFolder(folder, {});
  onTestFinished(() => rmSync(socketFolder, { recursive: true }));
  expect(socketFolder).toMatch(/^\/tmp\/pelton-[0-9a-f]{16}$/);
  expect(openSocketFolder(folder, {})).toBe(socketFolder);
});

test('refuses a folder that others may look into', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'run'), { mode: 0o777 });
  expect(() => openSocketFolder(folder, {})).toThrow(/does not belong to Pelton/);
});
