import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Who may import whom, by the folder of a package; a plugin may have any npm package, but of ours only these. */
const MAY_IMPORT: Record<string, readonly string[]> = {
  'packages/contract': [],
  'packages/stats': [],
  'packages/sdk': ['@pelton/contract'],
  'packages/warehouse': ['@pelton/contract', '@pelton/sdk'],
  'packages/tabular': ['@pelton/sdk'],
  'packages/outgoing': ['@pelton/sdk'],
  'packages/embedded': [],
  'packages/cli': ['@pelton/contract'],
  'apps/web': ['@pelton/contract'],
  'apps/server': ['@pelton/contract', '@pelton/sdk', '@pelton/stats', '@pelton/warehouse', '@pelton/embedded'],
};
const PLUGIN_MAY_IMPORT = [
  '@pelton/sdk',
  '@pelton/stats',
  '@pelton/tabular',
  '@pelton/tabular/options',
  '@pelton/outgoing',
];

/** Tests may use what the code itself may not. */
const TESTS_MAY_IMPORT = ['@pelton/sdk/testing', '@pelton/embedded'];

interface Import {
  file: string;
  target: string;
}

const folders = ['packages', 'plugins', 'apps'].flatMap((parent) =>
  readdirSync(join(ROOT, parent)).map((name) => `${parent}/${name}`),
);

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|vue)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)));
}

function importsOf(folder: string): Import[] {
  const pattern = /(?:\bfrom|\bimport|\bimport\(|\bexport \* from)\s*['"]([^'"]+)['"]/g;
  return sources(folder).flatMap((file) =>
    [...readFileSync(join(ROOT, file), 'utf8').matchAll(pattern)].map((match) => ({ file, target: match[1] ?? '' })),
  );
}

const isTest = (file: string) => /\.spec\.ts$|\/testing\//.test(file);

describe.each(folders)('%s', (folder) => {
  const imports = importsOf(folder);
  const allowed = folder.startsWith('plugins/') ? PLUGIN_MAY_IMPORT : (MAY_IMPORT[folder] ?? []);

  test('imports only those of our packages that it may, through their entries', () => {
    const wrong = imports.filter(
      ({ file, target }) =>
        target.startsWith('@pelton/') &&
        !allowed.includes(target) &&
        !(isTest(file) && TESTS_MAY_IMPORT.includes(target)),
    );
    expect(wrong).toEqual([]);
  });

  test('reaches no other package by a path', () => {
    const inside = join(ROOT, folder);
    const wrong = imports.filter(
      ({ file, target }) =>
        target.startsWith('.') && relative(inside, resolve(ROOT, dirname(file), target)).startsWith('..'),
    );
    expect(wrong.filter(({ file }) => !isTest(file))).toEqual([]);
  });
});

test('the server names no plugin', () => {
  const names = readdirSync(join(ROOT, 'plugins')).map((name) => `@pelton/${name}`);
  const mentions = sources('apps/server').filter(
    (file) => !isTest(file) && names.some((name) => readFileSync(join(ROOT, file), 'utf8').includes(name)),
  );
  expect(mentions).toEqual([]);
});

test('only config.ts reads the environment', () => {
  const readers = sources('apps/server').filter(
    (file) => !isTest(file) && /process\.env\b/.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  // main.ts hands the environment over; it looks at nothing in it.
  expect(readers).toEqual(['apps/server/src/main.ts']);
});

test('only the warehouse package talks to the warehouse; ClickHouse as a source or target has a connector', () => {
  const clients = folders
    .flatMap((folder) => importsOf(folder))
    .filter(({ file, target }) => target === '@clickhouse/client' && !isTest(file));
  expect([...new Set(clients.map(({ file }) => file.split('/').slice(0, 2).join('/')))]).toEqual([
    'packages/warehouse',
    'plugins/connector-clickhouse',
  ]);
});

test('services go one way: no forwardRef', () => {
  expect(
    sources('apps/server').filter((file) => readFileSync(join(ROOT, file), 'utf8').includes('forwardRef')),
  ).toEqual([]);
});
