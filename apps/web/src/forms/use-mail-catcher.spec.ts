import type { Connection, Session } from '@pelton/contract';
import { VueQueryPlugin } from '@tanstack/vue-query';
import { afterEach, expect, test, vi } from 'vitest';
import { createSSRApp, effectScope } from 'vue';
import { queryClient } from '@/api/query';
import { useMailCatcher } from './use-mail-catcher';

afterEach(() => {
  vi.unstubAllGlobals();
  queryClient.clear();
});

/** A project's server with the catcher on a port. */
function open(options: { port: number | null; role?: Session['member']['role']; connections?: Partial<Connection>[] }) {
  const { port, role = 'admin', connections = [] } = options;
  const kept = [...connections];
  vi.stubGlobal('fetch', async (path: string, { method, body }: { method?: string; body?: string } = {}) => {
    if (method === 'POST') kept.push(JSON.parse(body ?? '{}') as Connection); // what the client was given to send
    if (path.startsWith('/api/mails')) return Response.json({ port, mails: [] });
    if (path.startsWith('/api/session')) return Response.json({ member: { role } });
    return Response.json(method === 'POST' ? kept.at(-1) : kept);
  });
  const app = createSSRApp({}).use(VueQueryPlugin, { queryClient });
  const catcher = app.runWithContext(() => effectScope().run(() => useMailCatcher()));
  if (!catcher) throw new Error('The scope has ended');
  return { ...catcher, kept };
}
const answered = () => vi.waitFor(() => expect(queryClient.isFetching()).toBe(0));

test('is offered to an admin of a project without it, connects under a free name, and is offered no more', async () => {
  const { isOffered, connect, kept } = open({ port: 2525, connections: [{ name: 'mail-catcher', config: {} }] });
  await vi.waitFor(() => expect(isOffered.value).toBe(true));
  const { name } = await connect();
  expect(name).toBe('mail-catcher-2');
  expect(kept.at(-1)).toMatchObject({ kind: 'channel', uses: 'email', config: { host: '127.0.0.1', port: 2525 } });
  await vi.waitFor(() => expect(isOffered.value).toBe(false));
});

test.each([
  ['where it does not run', { port: null }],
  ['to who may not connect', { port: 2525, role: 'operator' as const }],
  ['where it is connected', { port: 2525, connections: [{ name: 'mail', config: { port: 2525 } }] }],
])('is not offered %s', async (_case, options) => {
  const { isOffered } = open(options);
  await answered();
  expect(isOffered.value).toBe(false);
});
