import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { EngineError } from '../engine/engine-error.js';

/** What a user may do: everything, or only read what user-written SQL may read. */
export type User = 'admin' | 'reader';

/** The accounts by their names. */
export type Accounts = ReadonlyMap<string, { user: User; password: string }>;

/**
 * Finds out who asks, from Basic authentication, the headers `X-ClickHouse-User` and `-Key`, or the parameters of
 * the URL, like a server.
 * @throws EngineError 516, or 194 when no credentials were given at all
 */
export function authenticate(headers: IncomingHttpHeaders, parameters: URLSearchParams, accounts: Accounts): User {
  const given = readCredentials(headers, parameters);
  if (!given) throw new EngineError(194, 'REQUIRED_PASSWORD', 'default: Authentication failed: password is required');
  const account = accounts.get(given.name);
  // Compared for unknown names too, so that the time does not tell which names there are.
  const isRight = isEqual(given.password, account?.password ?? '');
  if (account && isRight) return account.user;
  const message = `${given.name}: Authentication failed: password is incorrect, or there is no user with such name.`;
  throw new EngineError(516, 'AUTHENTICATION_FAILED', message);
}

function readCredentials(
  headers: IncomingHttpHeaders,
  parameters: URLSearchParams,
): { name: string; password: string } | undefined {
  const basic = /^Basic\s+(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (basic) {
    const [, name = '', password = ''] = /^([^:]*):?([\s\S]*)$/.exec(Buffer.from(basic, 'base64').toString()) ?? [];
    return { name, password };
  }
  const name = headers['x-clickhouse-user'] ?? parameters.get('user');
  const password = headers['x-clickhouse-key'] ?? parameters.get('password');
  if (typeof name !== 'string' && typeof password !== 'string') return undefined;
  return { name: String(name ?? 'default'), password: String(password ?? '') };
}

function isEqual(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(left), digest(right)) && right !== '';
}
