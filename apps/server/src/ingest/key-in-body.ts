import type { Request } from 'express';
import { isObject } from './protocols/batch.js';

/** The names under which clients put their key. */
export const KEY_NAMES = ['writeKey', 'api_key', 'token', '$token'] as const;

/** The key of a sender who does not use the header Authorization: another header, the address, or the body. */
export function keyIn(request: Pick<Request, 'headers' | 'query' | 'path'>, body: unknown): string | undefined {
  const header = request.headers['x-write-key'];
  const inAddress = /^\/(?:v1\/projects|array)\/([^/]+)\//.exec(request.path)?.[1];
  const key = typeof header === 'string' ? header : (inAddress ?? text(request.query.writeKey) ?? keyOf(body, 0));
  // Jitsu's keys are an id and a secret; ours are one word.
  return key?.split(':', 1)[0];
}

/** In the body, in its first call, or in that call's properties. */
function keyOf(value: unknown, depth: number): string | undefined {
  if (depth > 2) return undefined;
  if (Array.isArray(value)) return keyOf(value[0], depth + 1);
  if (!isObject(value)) return undefined;
  const named = KEY_NAMES.map((name) => text(value[name])).find((key) => key !== undefined);
  return named ?? keyOf(value.properties ?? value.batch ?? value.data, depth + 1);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
