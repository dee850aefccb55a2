import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Config } from '../config.js';
import { Sealer } from './sealer.js';

const sealer = new Sealer({ secretKey: randomBytes(32) } as Config); // it reads nothing else

test('what is sealed opens at its place, and twice the same looks different', () => {
  const sealed = sealer.seal('hunter2', 'connection a password');
  expect(sealer.open(sealed, 'connection a password')).toBe('hunter2');
  expect(sealed).not.toContain('hunter2');
  expect(sealer.seal('hunter2', 'connection a password')).not.toBe(sealed);
});

test('a sealed text that was moved, changed or sealed with another key does not open', () => {
  const sealed = sealer.seal('hunter2', 'connection a password');
  const [version, nonce, body = '', tag] = sealed.split('.');
  const changed = [version, nonce, (body.startsWith('A') ? 'B' : 'A') + body.slice(1), tag].join('.');
  const other = new Sealer({ secretKey: randomBytes(32) } as Config);
  expect(() => sealer.open(sealed, 'connection b password')).toThrow('unable to authenticate');
  expect(() => sealer.open(changed, 'connection a password')).toThrow('unable to authenticate');
  expect(() => other.open(sealed, 'connection a password')).toThrow('unable to authenticate');
});
