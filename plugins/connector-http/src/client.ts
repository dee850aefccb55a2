import { setTimeout as pause } from 'node:timers/promises';
import { openOutgoing, patiently } from '@pelton/outgoing';
import { AppError } from '@pelton/sdk';
import type { Response } from 'undici';
import type { HttpContext } from './options.js';

const MOST_REDIRECTS = 5;

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
  const base = new URL(config.url.endsWith('/') ? config.url : `${config.url}/`);
  const outgoing = await openOutgoing({ connection: base.host, allowPrivate: config.allowPrivate });

  return { send, resolve, close: () => outgoing.close() };

  function resolve(path: string): URL {
    const url = new URL(path.replace(/^\/+/, ''), base);
    if (url.origin !== base.origin) throw failed(`${url.origin} is another server than ${base.origin}`);
    return url;
  }

  async function send(path: string, init: Asked = {}): Promise<Response> {
    const ask = async () => {
      await waitForTurn();
      return follow(signed(resolve(path)), init);
    };
    const response = await patiently(ask, init.method === undefined);
    if (response.ok) return response;
    throw await refused(response);
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
      const response = await askOnce(url, init);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || !location) return response;
      await response.body?.cancel();
      url = new URL(location, url);
      if (!/^https?:$/.test(url.protocol)) break;
    }
    throw failed('it redirects too often, or to something that is not http');
  }

  function askOnce(url: URL, { method = 'GET', body, headers: own }: Asked): Promise<Response> {
    const headers: Record<string, string> = { accept: 'application/json, */*', 'user-agent': 'pelton', ...own };
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (url.origin === base.origin) Object.assign(headers, authHeaders());
    return outgoing.ask(url, { method, headers, ...(body !== undefined && { body }) });
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

  function failed(reason: string): AppError {
    return new AppError('CONNECTION_FAILED', { connection: base.host, reason: `${reason}.` });
  }
}

const HINTS: Record<number, string> = {
  401: 'sign in with another token or password',
  403: 'this token or user may not do that',
  404: 'there is nothing at this path',
  429: 'it was asked too often. Lower the requests a second',
};
