import type { Event, Reject } from '@pelton/contract';
import { Api } from './api.js';
import { newDataDir, type Pelton, removeDataDir, startPelton } from './pelton.js';
import { waitFor } from './wait-for.js';

/** A Pelton with a key that may send, and what it has stored. */
export interface Collector {
  url: string;
  port: number;
  api: Api;
  /** A key that may only send. */
  key: string;
  pelton: Pelton;
  /** The events of one user, known or not, oldest first; waits until there are so many. */
  eventsOf: (userId: string, count: number) => Promise<Event[]>;
  rejects: () => Promise<Reject[]>;
  close: () => Promise<void>;
}

export async function openCollector(env: Record<string, string> = {}, dataDir = newDataDir()): Promise<Collector> {
  const pelton = await startPelton({ dataDir, env });
  const api = await Api.signIn(pelton.url);
  const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'Sender', scopes: ['write'] });
  return {
    url: pelton.url,
    port: Number(new URL(pelton.url).port),
    api,
    key: secret,
    pelton,
    eventsOf: (userId, count) =>
      waitFor(
        async () => {
          const events = await api.get<Event[]>('/api/events?limit=1000');
          const found = events.filter((event) => event.userId === userId || event.anonymousId === userId);
          if (found.length < count) return undefined;
          return found.sort((a, b) => a.timestamp.localeCompare(b.timestamp) || a.messageId.localeCompare(b.messageId));
        },
        { what: `${count} events of ${userId}` },
      ),
    rejects: () => api.get<Reject[]>('/api/rejects'),
    async close() {
      await pelton.stop();
      removeDataDir(pelton.dataDir);
    },
  };
}

/** Sends a body as it stands. */
export function send(
  { url, key }: Pick<Collector, 'url' | 'key'>,
  path: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(url + path, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' || body instanceof Uint8Array ? (body as BodyInit) : JSON.stringify(body),
  });
}
