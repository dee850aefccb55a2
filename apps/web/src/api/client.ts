import { ApiError } from './error';

export interface RequestOptions {
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  signal?: AbortSignal | undefined;
}

let signedOut: () => void = () => undefined;

/** Says what to do when the server no longer knows who we are. */
export function onSignedOut(handler: () => void): void {
  signedOut = handler;
}

/** The one door to the server. Answers are typed by the contract that the server is built from. */
export const api = {
  get: <T>(path: string, options?: Omit<RequestOptions, 'body'>) => send<T>('GET', path, options),
  /** An answer that is no JSON, such as a file. */
  text: (path: string, options?: Omit<RequestOptions, 'body'>) => ask('GET', path, options),
  post: <T>(path: string, body?: unknown) => send<T>('POST', path, { body: body ?? {} }),
  put: <T>(path: string, body: unknown) => send<T>('PUT', path, { body }),
  patch: <T>(path: string, body: unknown) => send<T>('PATCH', path, { body }),
  remove: <T = void>(path: string, query?: RequestOptions['query']) =>
    send<T>('DELETE', path, query ? { query } : undefined),
};

async function send<T>(method: string, path: string, options?: RequestOptions): Promise<T> {
  const text = await ask(method, path, options);
  return (text === '' ? undefined : JSON.parse(text)) as T; // typed by the contract
}

async function ask(method: string, path: string, { query, body, signal }: RequestOptions = {}): Promise<string> {
  const response = await fetch(path + toQuery(query), {
    method,
    credentials: 'same-origin',
    headers: {
      accept: 'application/json, text/yaml',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  }).catch((cause: unknown) => {
    throw signal?.aborted ? cause : ApiError.offline(cause);
  });
  const text = await response.text();
  if (response.ok) return text;
  const error = ApiError.fromAnswer(response.status, text);
  if (error.code === 'NOT_SIGNED_IN') signedOut();
  throw error;
}

function toQuery(query: RequestOptions['query'] = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
  return given.length ? `?${search}` : '';
}
