import { setTimeout as pause } from 'node:timers/promises';
import { AppError, isAppError } from '@pelton/sdk';
import type { RequestInit, Response } from 'undici';
import { checkLiteral, guardedLookup } from './guard.js';
import type { HttpContext } from './options.js';

const MOST_REDIRECTS = 5;
const MOST_TRIES = 6;
const LONGEST_PAUSE_MS = 300_000;
const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/** An answer that says no, with the status by which it says so. */
export class HttpRefusal extends AppError<'CONNECTION_FAILED'> {
  constructor(
    readonly statusCode: number,
    facts: { connection: string; reason: string },
  ) {
    super('CONNECTION_FAILED', facts);
  }
}

/** When each server may be asked next; all steps of this process share it. */
const turns = new Map<string, number>();

interface Asked {
  method?: string;
  body?: string;
  headers?: Record<string, string>;
}

/** Asks one API, no oftener than it bears. */
export interface HttpClient {
  /** A path of the API, or a whole address of the same host. @throws CONNECTION_FAILED, ADDRESS_NOT_ALLOWED */
  send(path: string, init?: Asked): Promise<Response>;
  /** The address of a path. */
  resolve(path: string): URL;
  close(): Promise<void>;
}

export async function openClient({ config, secrets }: HttpContext): Promise<HttpClient> {
  const { Agent, fetch } = await import('undici'); // takes a tenth of a second, which a start need not
  const { allowPrivate } = config;
  const agent = new Agent({
    connect: { lookup: guardedLookup(allowPrivate), timeout: CONNECT_MS },
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
  });
  const base = new URL(config.url.endsWith('/') ? config.url : `${config.url}/`);

  return { send, resolve, close: () => agent.destroy() };

  function resolve(path: string): URL {
    const url = new URL(path.replace(/^\/+/, ''), base);
    if (url.origin !== base.origin) throw failed(`${url.origin} is another server than ${base.origin}`);
    return url;
  }

  async function send(path: string, init: Asked = {}): Promise<Response> {
    for (let attempt = 1; ; attempt += 1) {
      await waitForTurn();
      const response = await follow(signed(resolve(path)), init);
      if (response.ok) return response;
      const waitMs = retryAfterMs(response, attempt, init.method === undefined);
      if (waitMs === undefined || attempt >= MOST_TRIES) throw await refused(response);
      await response.body?.cancel();
      await pause(waitMs);
    }
  }

  async function waitForTurn(): Promise<void> {
    const now = Date.now();
    const turn = Math.max(now, turns.get(base.origin) ?? 0);
    turns.set(base.origin, turn + 1_000 / config.requestsPerSecond);
    if (turn > now) await pause(turn - now);
  }

  /** A redirect is followed by hand, so that its target is checked too, and no other server gets the key. */
  async function follow(first: URL, init: Asked): Promise<Response> {
    let url = first;
    for (let hop = 0; hop <= MOST_REDIRECTS; hop += 1) {
      const response = await ask(url, init);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || !location) return response;
      await response.body?.cancel();
      url = new URL(location, url);
      if (!/^https?:$/.test(url.protocol)) break;
    }
    throw failed('it redirects too often, or to something that is not http');
  }

  async function ask(url: URL, { method = 'GET', body, headers: own }: Asked): Promise<Response> {
    checkLiteral(url.hostname, allowPrivate);
    const headers: Record<string, string> = { accept: 'application/json, */*', 'user-agent': 'pelton', ...own };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (url.origin === base.origin) Object.assign(headers, authHeaders());
    const request: RequestInit = {
      method,
      headers,
      dispatcher: agent,
      redirect: 'manual',
      ...(body !== undefined && { body }),
    };
    try {
      return await fetch(url, request);
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      if (isAppError(cause)) throw cause;
      throw failed(reasonOf(cause ?? error), error);
    }
  }

  function authHeaders(): Record<string, string> {
    const { auth, name = '' } = config;
    const token = secrets['token'] ?? '';
    if (auth === 'bearer') return { authorization: `Bearer ${token}` };
    if (auth === 'basic') return { authorization: `Basic ${Buffer.from(`${name}:${token}`).toString('base64')}` };
    return auth === 'header' ? { [name]: token } : {};
  }

  function signed(url: URL): URL {
    if (config.auth === 'query') url.searchParams.set(config.name ?? '', secrets['token'] ?? '');
    return url;
  }

  async function refused(response: Response): Promise<HttpRefusal> {
    const text = (await response.text().catch(() => '')).slice(0, 200).trim();
    const what = HINTS[response.status] ?? 'check path and parameters';
    const reason = `it answered ${response.status}; ${what}${text ? `. It said: ${text}` : ''}.`;
    return new HttpRefusal(response.status, { connection: base.host, reason });
  }

  function failed(reason: string, cause?: unknown): AppError {
    return new AppError('CONNECTION_FAILED', { connection: base.host, reason: `${reason}.` }, { cause });
  }
}

const HINTS: Record<number, string> = {
  401: 'sign in with another token or password',
  403: 'this token or user may not do that',
  404: 'there is nothing at this path',
  429: 'it was asked too often. Lower the requests a second',
};

/** When to try again; undefined when the same would be refused again, or might be done twice. */
function retryAfterMs(response: Response, attempt: number, isRead: boolean): number | undefined {
  const isSafe = response.status === 429 || response.status === 503 || (isRead && response.status >= 500);
  if (!isSafe) return undefined;
  const header = response.headers.get('retry-after');
  const seconds = header === null ? Number.NaN : Number(header);
  const asked = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : seconds * 1_000;
  const wanted = Number.isNaN(asked) ? 500 * 2 ** (attempt - 1) : asked;
  return Math.min(Math.max(wanted, 0), LONGEST_PAUSE_MS);
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'ECONNREFUSED') return 'nothing listens there. Check the address';
  if (code === 'ENOTFOUND') return 'this name is not known. Check the address';
  if (/TIMEOUT|ETIMEDOUT/.test(code)) return 'it does not answer in time';
  return error instanceof Error ? error.message : String(error);
}
