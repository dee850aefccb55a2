import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Config } from '../config.js';
import { type TrackedLink, TrackingTokens } from './tokens.js';

const tokens = new TrackingTokens({ secretKey: randomBytes(32) } as Config); // it reads nothing else

test.each<TrackedLink>([
  { kind: 'open', projectId: 'p', deliveryId: 'd' },
  { kind: 'click', projectId: 'p', deliveryId: 'd', url: 'https://shop.example/?q=1&ü=✓' },
  { kind: 'unsubscribe', projectId: 'p', deliveryId: 'd' },
])('a token gives back its link: $kind', (link) => {
  expect(tokens.read(tokens.write(link))).toEqual(link);
});

test('a token that was not made here gives nothing', () => {
  const token = tokens.write({ kind: 'open', projectId: 'p', deliveryId: 'd' });
  const other = new TrackingTokens({ secretKey: randomBytes(32) } as Config);
  expect(other.read(token)).toBeUndefined();
  expect(tokens.read(token.slice(0, -1))).toBeUndefined();
  expect(
    tokens.read(`${Buffer.from('["o","p","other"]').toString('base64url')}.${token.split('.')[1]}`),
  ).toBeUndefined();
  expect(tokens.read('')).toBeUndefined();
});
