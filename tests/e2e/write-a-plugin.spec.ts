import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import type { MetricValues, Plugin } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { ROOT } from '../support/root.js';

const require = createRequire(import.meta.url);
const guide = readFileSync(join(ROOT, 'docs/guides/write-a-plugin.md'), 'utf8');
const files = [...guide.matchAll(/```\w+ file=(\S+)\n([\s\S]*?)```/g)].map((match) => ({
  path: match[1] ?? '',
  text: match[2] ?? '',
}));

let plugins: string;
let pelton: Pelton;
let api: Api;

/** Does what the guide says, with the packages of this repository in the place of published ones. */
function buildExample(folder: string): void {
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const modules = join(folder, 'node_modules');
  for (const name of ['contract', 'sdk']) {
    for (const part of ['package.json', 'dist'])
      cpSync(join(ROOT, 'packages', name, part), join(modules, '@pelton', name, part), { recursive: true });
  }
  cpSync(dirname(require.resolve('zod/package.json')), join(modules, 'zod'), { recursive: true, dereference: true });
  for (const name of ['vitest', 'chdb', '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(ROOT, name === 'chdb' ? 'packages/sdk' : 'tests', 'node_modules', name), join(modules, name));
  }
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'es2023',
        module: 'nodenext',
        strict: true,
        skipLibCheck: true,
        outDir: 'dist',
        rootDir: 'src',
        types: [],
      },
      include: ['src'],
    }),
  );
  execFileSync(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', folder], { stdio: 'pipe' });
}

beforeAll(async () => {
  plugins = mkdtempSync(join(tmpdir(), 'pelton-plugins-'));
  buildExample(join(plugins, 'evenings'));
  mkdirSync(join(plugins, 'broken'));
  writeFileSync(
    join(plugins, 'broken', 'package.json'),
    JSON.stringify({ name: 'broken', version: '1.0.0', pelton: { apiVersion: 99 } }),
  );
  pelton = await startPelton({ env: { PELTON_PLUGINS: plugins } });
  api = await Api.signIn(pelton.url);
});
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
  rmSync(plugins, { recursive: true, force: true });
});

test('the guide has a package, a plugin and a test', () => {
  expect(files.map((file) => file.path)).toEqual(['package.json', 'src/index.ts', 'src/index.spec.ts']);
});

test('the test of the guide passes', () => {
  const vitest = join(dirname(require.resolve('vitest/package.json')), 'vitest.mjs');
  const output = execFileSync(process.execPath, [vitest, 'run', '--root', join(plugins, 'evenings'), 'src'], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  expect(output).toContain('1 passed');
});

describe('installed in the plugins folder', () => {
  test('it is listed as third-party, and a broken one beside it with its reason', async () => {
    const list = await api.get<Plugin[]>('/api/plugins');
    expect(list.find((plugin) => plugin.name === 'pelton-metric-evenings')).toMatchObject({
      trust: 'third-party',
      state: 'ready',
      contributes: [{ kind: 'metric', id: 'evening_share', title: 'Evening share' }],
    });
    expect(list.find((plugin) => plugin.name === 'broken')).toMatchObject({
      state: 'failed',
      reason: expect.stringContaining('package.json') as string,
    });
    const builtIn = list.filter((plugin) => plugin.trust === 'built-in');
    expect(builtIn.filter((plugin) => plugin.state !== 'ready')).toEqual([]);
    expect(new Set(builtIn.flatMap((plugin) => plugin.contributes.map(({ kind }) => kind))).size).toBe(5);
  });

  test('its metric is a metric like any other', async () => {
    const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'test', scopes: ['write'] });
    const at = (hour: number) => ({
      type: 'track',
      event: 'Ordered',
      userId: `u${hour}`,
      timestamp: `2026-01-05T${String(hour).padStart(2, '0')}:30:00Z`,
    });
    const sent = await fetch(`${pelton.url}/v1/batch`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ batch: [9, 17, 18, 22].map(at) }),
    });
    expect(sent.status).toBe(200);
    await api.post('/api/metrics', {
      name: 'evenings',
      title: 'Evenings',
      template: 'evening_share',
      params: { event: 'Ordered' },
    });
    const values = await api.get<MetricValues>('/api/metrics/evenings/values?grain=month');
    expect(values).toMatchObject({
      kind: 'series',
      unit: 'share',
      points: [{ period: '2026-01-01T00:00:00Z', value: 0.5, numerator: 2, denominator: 4, users: 4 }],
    });
  });

  test('a wrong parameter is refused in its own words', async () => {
    await expect(
      api.post('/api/metrics', {
        name: 'x',
        title: 'X',
        template: 'evening_share',
        params: { event: 'Ordered', from: 99 },
      }),
    ).rejects.toMatchObject({ status: 422, answer: { code: 'PARAM_INVALID', facts: { field: 'from' } } });
  });
});
