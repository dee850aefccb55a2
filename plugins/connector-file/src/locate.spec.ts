import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ConnectionConfig } from './connection-config.js';
import { type FileContext, locateFile, locateFolder } from './locate.js';

let root: string;
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'pelton-files-')));
  for (const folder of ['allowed/exports/2024/deep', 'secret', 'uploads', 'allowed-too'])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of ['allowed/exports/a.csv', 'allowed/exports/2024/b.csv', 'allowed/exports/2024/deep/c.csv'])
    writeFileSync(join(root, file), 'a\n1\n');
  writeFileSync(join(root, 'secret/s.csv'), 'secret\n1\n');
  writeFileSync(join(root, 'uploads/u.csv'), 'a\n1\n');
  symlinkSync(join(root, 'secret'), join(root, 'allowed/link'));
  symlinkSync(join(root, 'secret/s.csv'), join(root, 'allowed/exports/link.csv'));
  symlinkSync(join(root, 'allowed/exports/a.csv'), join(root, 'allowed/exports/alias.csv'));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function contextOf(config: ConnectionConfig, allowed = [join(root, 'allowed')]): FileContext {
  return { config, secrets: {}, files: { uploads: join(root, 'uploads'), allowed } };
}
const inFolder = (folder: string, allowed?: string[]) =>
  contextOf({ source: 'folder', folder: join(root, folder) }, allowed);

test('a file of an allowed folder, of its subfolder or of the uploads is found', async () => {
  const exports = inFolder('allowed/exports');
  expect((await locateFile(exports, 'a.csv')).path).toBe(join(root, 'allowed/exports/a.csv'));
  expect((await locateFile(exports, '2024/b.csv')).path).toBe(join(root, 'allowed/exports/2024/b.csv'));
  expect((await locateFile(contextOf({ source: 'uploads' }), 'u.csv')).bytes).toBe(4);
});

test('a link within the folder is followed to the file that it names', async () => {
  expect((await locateFile(inFolder('allowed/exports'), 'alias.csv')).path).toBe(join(root, 'allowed/exports/a.csv'));
});

test.each(['secret', 'allowed/../secret', 'allowed/link', 'allowed-too', ''])(
  'the folder %s is outside what an admin allows',
  async (folder) => {
    await expect(locateFolder(inFolder(folder))).rejects.toMatchObject({ code: 'FILE_NOT_ALLOWED' });
  },
);

test('a relative folder is refused, and any folder when none is allowed', async () => {
  await expect(locateFolder(contextOf({ source: 'folder', folder: 'allowed' }))).rejects.toMatchObject({
    code: 'FILE_NOT_ALLOWED',
  });
  await expect(locateFolder(inFolder('allowed/exports', []))).rejects.toThrow('no folder is allowed');
});

test('whether a folder outside exists cannot be learned', async () => {
  const codes = await Promise.all(
    ['secret', 'nothing-here'].map((folder) => locateFolder(inFolder(folder)).catch((error: Error) => error.name)),
  );
  expect(codes).toEqual(['AppError', 'AppError']);
  await expect(locateFolder(inFolder('nothing-here'))).rejects.toMatchObject({ code: 'FILE_NOT_ALLOWED' });
});

test.each([
  '../a.csv',
  '2024/../../../secret/s.csv',
  'link.csv',
  './a.csv',
  '2024//b.csv',
  '2024\\b.csv',
  '2024/deep/c.csv',
  'a.csv\0.png',
  '/etc/hostname',
])('the file %j leads outside', async (name) => {
  await expect(locateFile(inFolder('allowed/exports'), name)).rejects.toMatchObject({ code: 'FILE_NOT_ALLOWED' });
});

test('a file that is not there, and a folder in its place, are not found', async () => {
  const exports = inFolder('allowed/exports');
  await expect(locateFile(exports, 'gone.csv')).rejects.toMatchObject({
    code: 'FILE_NOT_FOUND',
    message: 'The file gone.csv is not there. Upload it again or correct the path.',
  });
  await expect(locateFile(exports, '2024')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(locateFile(exports, 'a.csv/x')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
