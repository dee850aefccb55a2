import { appendFileSync, mkdtempSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Spool } from './spool.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pelton-spool-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (bytes = 1_000_000) => new Spool(folder, bytes, '1');

const oldest = async (spool: Spool) => (await spool.complete())[0]?.read();

async function everything(spool: Spool): Promise<string[]> {
  const found: string[] = [];
  for (const file of await spool.complete()) {
    found.push(...(await file.read()).records.map(String));
    file.remove();
  }
  return found;
}

test('gives back what was appended, oldest first, also to the next process', async () => {
  const spool = open();
  await Promise.all(['a', 'b', 'c'].map((text) => spool.append(Buffer.from(text))));
  // Not closed, as after kill -9.
  const next = open();
  await next.append(Buffer.from('d'));
  expect(await everything(next)).toEqual(['a', 'b', 'c', 'd']);
  expect(next.bytes).toBe(0);
  expect(readdirSync(folder)).toEqual([]);
});

test('what is not said to be taken is given again', async () => {
  const spool = open();
  await spool.append(Buffer.from('a'));
  await spool.complete();
  expect((await oldest(spool))?.records.map(String)).toEqual(['a']);
});

test('leaves out a record that was cut off or changed, and keeps those before it', async () => {
  const spool = open();
  await spool.append(Buffer.from('whole'));
  await spool.append(Buffer.from('torn'));
  const [file = ''] = readdirSync(folder);
  truncateSync(join(folder, file), 8 + 5 + 8 + 2);
  expect(await oldest(open())).toMatchObject({ records: [Buffer.from('whole')], isWhole: false });
  appendFileSync(join(folder, readdirSync(folder)[0] ?? ''), 'xx');
  expect(await oldest(open())).toMatchObject({ records: [Buffer.from('whole')], isWhole: false });
});

test('takes no more than its limit', async () => {
  const spool = open(100);
  await spool.append(Buffer.alloc(80));
  await expect(spool.append(Buffer.alloc(20))).rejects.toMatchObject({ code: 'SERVICE_DOWN' });
  await everything(spool);
  await spool.append(Buffer.alloc(20));
});
