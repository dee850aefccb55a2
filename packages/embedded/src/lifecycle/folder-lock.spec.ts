import { spawn } from 'node:child_process';
import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.js';
import { lockFolder } from './folder-lock.js';
import { identifyProcess, isRunning } from './process-identity.js';

const self = identifyProcess(process.pid);
const putUp = (folder: string, holder: object) => writeFileSync(join(folder, '.holder-1-x'), JSON.stringify(holder));

test('gives a free folder to one, and then to the next', async () => {
  const folder = temporaryFolder();
  const first = await lockFolder(folder);
  expect(await lockFolder(folder)).toMatchObject({ kind: 'held', holder: { pid: process.pid } });
  if (first.kind === 'locked') first.release();
  expect(await lockFolder(folder)).toMatchObject({ kind: 'locked' });
});

test('takes no notice of a process that ended, and removes what it left', async () => {
  const folder = temporaryFolder();
  putUp(folder, { ...self, pid: 2 ** 22 + 1 });
  expect(await lockFolder(folder)).toMatchObject({ kind: 'locked' });
  expect(readdirSync(folder)).toHaveLength(1);
});

test('takes no notice of an earlier process of the same number', async () => {
  const folder = temporaryFolder();
  putUp(folder, { ...self, started: '1' });
  expect(await lockFolder(folder)).toMatchObject({ kind: 'locked' });
});

test('knows a holder in another container by its heartbeat', async () => {
  const folder = temporaryFolder();
  putUp(folder, { ...self, space: 'another container' });
  expect(await lockFolder(folder)).toMatchObject({ kind: 'held', holder: { space: 'another container' } });
  const longAgo = new Date(Date.now() - 60_000);
  utimesSync(join(folder, '.holder-1-x'), longAgo, longAgo);
  expect(await lockFolder(folder)).toMatchObject({ kind: 'locked' });
});

test('lets one of many callers have a folder', async () => {
  const folder = temporaryFolder();
  const attempts = await Promise.all(Array.from({ length: 20 }, () => lockFolder(folder)));
  expect(attempts.filter(({ kind }) => kind === 'locked')).toHaveLength(1);
});

test('lets one of many processes have a folder, time and again', async () => {
  const folder = temporaryFolder();
  const module = fileURLToPath(new URL('../../dist/lifecycle/folder-lock.js', import.meta.url));
  const program = `
    import { lockFolder } from ${JSON.stringify(module)};
    import { existsSync, mkdirSync, rmdirSync } from 'node:fs';
    let taken = 0;
    for (let round = 0; round < 40; round++) {
      const attempt = await lockFolder(${JSON.stringify(folder)});
      if (attempt.kind === 'held') { await new Promise((done) => setTimeout(done, 1)); continue; }
      mkdirSync(${JSON.stringify(join(folder, 'inside'))}); // fails when another one is inside
      await new Promise((done) => setTimeout(done, 1));
      rmdirSync(${JSON.stringify(join(folder, 'inside'))});
      attempt.release();
      taken++;
    }
    process.stdout.write(String(taken));
  `;
  const run = () =>
    new Promise<number>((resolve, reject) => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let taken = '';
      child.stdout.on('data', (text) => (taken += String(text)));
      child.on('exit', (code) => (code === 0 ? resolve(Number(taken)) : reject(new Error(`exit code ${code}`))));
    });
  const taken = await Promise.all(Array.from({ length: 6 }, run));
  expect(taken.reduce((sum, one) => sum + one, 0)).toBeGreaterThan(40);
});

test('tells whether a process runs', async () => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)']);
  const identity = identifyProcess(child.pid ?? 0);
  if (!identity) throw new Error('It was not found');
  expect(isRunning(identity)).toBe(true);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(isRunning(identity)).toBe(false);
});
