import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnyContribution } from '@pelton/sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type ForeignPlugin, loadForeign } from './foreign.js';
import type { FoundPlugin } from './manifest.js';

/** A process runs what was built. */
const MAIN = fileURLToPath(new URL('../../dist/plugins/foreign-main.js', import.meta.url));

/** Its calls tell which process they are in; it takes its time to load, as one does that has something to load. */
const CODE = `
await new Promise((done) => setTimeout(done, 100));
const spec = { kind: 'connector', id: 'moody', title: 'Moody', description: '', icon: 'x', config: {}, secrets: [], stream: {}, can: ['read'] };
const calls = {
  discover: () => process.pid,
  check: () => process.exit(1),
  relation: () => new Promise(() => {}),
  async *read() { for (;;) yield process.pid; },
};
export default { contributions: [{ kind: 'connector', spec, calls }] };
`;

let folder: string;
let plugin: ForeignPlugin;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pelton-foreign-'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(folder, 'index.js'), CODE);
  const found = { folder, entry: join(folder, 'index.js'), package: { name: 'moody' } } as FoundPlugin; // no more is read
  plugin = await loadForeign(found, MAIN);
});
afterEach(() => {
  vi.useRealTimers();
  plugin.stop();
  rmSync(folder, { recursive: true, force: true });
});

type Calls = Record<'discover' | 'check' | 'relation', () => Promise<unknown>> & { read: () => AsyncGenerator };
const calls = () => (plugin.contributions[0] as AnyContribution).calls as unknown as Calls; // as the code above has them

test('calls that come while its process starts again wait until it has loaded', async () => {
  const first = await calls().discover();
  await expect(calls().check()).rejects.toThrow('moody failed in check: its process ended (1)');
  const [one, ...others] = await Promise.all([1, 2, 3].map(() => calls().discover()));
  expect(others).toEqual([one, one]);
  expect([typeof one, one === first]).toEqual(['number', false]);
});

test('a call right after one that hung has a process of its own, though the hanging one is not gone yet', async () => {
  const first = await calls().discover();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const hanging = calls().relation();
  const next = hanging.catch((error: Error) => [error.message, calls().discover()] as const);
  await vi.advanceTimersByTimeAsync(30_000);
  vi.useRealTimers();
  const [reason, found] = (await next) as [string, Promise<unknown>];
  expect(reason).toContain('moody failed in relation: it did not answer within 30 s');
  expect(await found).not.toBe(first);
});

test('a stream whose process died between two items breaks off, though the plugin runs again', async () => {
  const stream = calls().read();
  const { value: first } = await stream.next();
  await expect(calls().check()).rejects.toThrow('its process ended');
  expect(await calls().discover()).not.toBe(first);
  await expect(stream.next()).rejects.toThrow('moody failed in read: its process ended (1)');
});
