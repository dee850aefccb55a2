import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { deriveKey, readConfig } from './config.js';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pelton-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const read = (environment: Record<string, string> = {}) => readConfig({ PELTON_DATA: dataDir, ...environment });

test('nothing has to be set', () => {
  expect(read()).toMatchObject({
    role: 'all',
    host: '127.0.0.1',
    port: 4600,
    mongodbUrl: undefined,
    mailCatcher: true,
    fileFolders: [],
  });
});

test('the key is made once, with 0600, and found again', () => {
  const first = read().secretKey;
  expect(first).toHaveLength(32);
  expect(read().secretKey).toEqual(first);
  expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(dataDir, 'secret.key'), 'utf8').trim()).toBe(first.toString('base64'));
});

test('keys for different purposes differ', () => {
  const { secretKey } = read();
  expect(deriveKey(secretKey, 'seal')).not.toEqual(deriveKey(secretKey, 'tracking'));
});

test('the mail catcher is off where others can reach the server', () => {
  expect(read({ PELTON_HOST: '0.0.0.0' }).mailCatcher).toBe(false);
  expect(read({ PELTON_HOST: '0.0.0.0', PELTON_MAIL_CATCHER: 'on' }).mailCatcher).toBe(true);
});

describe('what is wrong is told by its name', () => {
  test.each([
    [{ PELTON_ROLE: 'boss' }, 'PELTON_ROLE is wrong: it is boss. Set it to all, api, worker.'],
    [{ PELTON_PORT: '70000' }, 'PELTON_PORT is wrong: it is 70000. Set it to a whole number from 0 to 65535.'],
    [
      { PELTON_MONGODB_URL: 'localhost' },
      'PELTON_MONGODB_URL is wrong: it is not a URL. Set it to a URL that begins with mongodb:// or mongodb+srv://.',
    ],
    [
      { PELTON_FILES: 'exports' },
      'PELTON_FILES is wrong: exports is not an absolute path. Set it to absolute folders with colons between.',
    ],
    [
      { PELTON_ADMIN_EMAIL: 'a@example.org', PELTON_ADMIN_PASSWORD: 'short' },
      'PELTON_ADMIN_PASSWORD is wrong: Use at least 10 characters. Set it to at least 10 characters.',
    ],
    [
      { PELTON_ROLE: 'api', PELTON_MONGODB_URL: 'mongodb://m', PELTON_QUEUE_URL: 'redis://r' },
      'PELTON_CLICKHOUSE_URL is not set. Set it to the URL of a ClickHouse server; PELTON_ROLE=api shares its services with other processes.',
    ],
  ])('%j', (environment, message) => {
    expect(() => read(environment)).toThrow(message);
  });

  test('a URL with a password is not repeated', () => {
    expect(() => read({ PELTON_QUEUE_URL: 'amqp://user:hunter2@host' })).toThrow(
      expect.not.stringContaining('hunter2') as Error,
    );
  });
});
