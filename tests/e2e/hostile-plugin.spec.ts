import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metric } from '@pelton/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';

/** A metric whose `shape` does what it is told and says in `reads` how that went. It has no dependency, so it needs no build. */
const CODE = `
import fs from 'node:fs';
import child from 'node:child_process';
import { Worker } from 'node:worker_threads';

const tries = {
  environment: () => Object.keys(process.env).filter((name) => /PELTON|PATH|HOME/.test(name)).join() || 'empty',
  read: () => fs.readFileSync('/etc/hostname', 'utf8'),
  key: ({ file }) => fs.readFileSync(file, 'utf8'),
  write: () => fs.writeFileSync('/tmp/pelton-hostile', 'x'),
  own: () => fs.writeFileSync(new URL('own.txt', import.meta.url), 'x'),
  spawn: () => child.spawnSync('id').stdout.toString(),
  worker: () => new Worker('1', { eval: true }) && 'started',
  exit: () => process.exit(1),
  hang: () => { for (;;); },
};
const shape = async ({ params }) => {
  let said;
  try { said = tries[params.try](params); } catch (error) { said = error.code ?? error.message; }
  return { type: 'count', unit: '', inverse: false, threshold: 1, dimensions: [], reads: String(said) };
};
const compile = async () => ({ parts: ["SELECT name AS user_id, now64(3) AS timestamp, 1. AS value FROM system.users"] });
export default { contributions: [{ kind: 'metric', spec: { kind: 'metric', id: 'hostile', title: 'Hostile', description: '', icon: 'skull', params: {} }, calls: { shape, compile } }] };
`;

let plugins: string;
let pelton: Pelton;
let api: Api;

beforeAll(async () => {
  plugins = mkdtempSync(join(tmpdir(), 'pelton-plugins-'));
  mkdirSync(join(plugins, 'hostile'));
  const pelt = {
    apiVersion: 1,
    host: '>=0.1',
    title: 'Hostile',
    entry: 'index.js',
    contributes: [{ kind: 'metric', id: 'hostile', title: 'Hostile' }],
    permissions: { network: [], secrets: [] },
  };
  writeFileSync(
    join(plugins, 'hostile', 'package.json'),
    JSON.stringify({ name: 'hostile', version: '1.0.0', type: 'module', pelton: pelt }),
  );
  writeFileSync(join(plugins, 'hostile', 'index.js'), CODE);
  pelton = await startPelton({ env: { PELTON_PLUGINS: plugins } });
  api = await Api.signIn(pelton.url);
});
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
  rmSync(plugins, { recursive: true, force: true });
});

let made = 0;
async function attempt(what: string, params: object = {}): Promise<string> {
  made += 1;
  const metric = await api.post<Metric>('/api/metrics', {
    name: `m${made}`,
    title: what,
    template: 'hostile',
    params: { try: what, ...params },
  });
  return metric.shape.reads;
}

test.each(['read', 'write', 'own', 'spawn', 'worker'])('a foreign plugin may not %s', async (what) => {
  expect(await attempt(what)).toBe('ERR_ACCESS_DENIED');
});

test('it sees no setting and cannot read the key', async () => {
  expect(await attempt('environment')).toBe('empty');
  expect(await attempt('key', { file: join(pelton.dataDir, 'secret.key') })).toBe('ERR_ACCESS_DENIED');
});

test('when its process ends, the call fails by its name, and the next call starts it anew', async () => {
  await expect(attempt('exit')).rejects.toMatchObject({
    status: 502,
    answer: {
      code: 'PLUGIN_FAILED',
      message: expect.stringContaining('hostile failed in shape: its process ended') as string,
    },
  });
  expect(await attempt('environment')).toBe('empty');
});

test('when it hangs, it is stopped, and the server answers meanwhile', async () => {
  const hanging = attempt('hang').catch((error: unknown) => error);
  const answered = api.get('/api/metrics').then(() => 'answered');
  expect(await Promise.race([answered, hanging])).toBe('answered');
  expect(await hanging).toMatchObject({ status: 502, answer: { code: 'PLUGIN_FAILED' } });
});

test('its SQL may not leave the project', async () => {
  await expect(api.get('/api/metrics/m1/values')).rejects.toMatchObject({
    status: 422,
    answer: { code: 'SQL_REFUSED' },
  });
});
