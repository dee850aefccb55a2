import type { Connection, Member, Project, Session } from '@pelton/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Api } from '../support/api.js';
import { type Pelton, removeDataDir, startPelton } from '../support/pelton.js';
import { waitFor } from '../support/wait-for.js';

const admin = { name: 'Hannah Okafor', email: 'hannah@example.org', password: 'a long enough password' };

let pelton: Pelton;
let api: Api;

beforeAll(async () => {
  pelton = await startPelton({ env: { PELTON_ADMIN_EMAIL: '', PELTON_ADMIN_PASSWORD: '' } });
});
afterAll(async () => {
  await pelton.stop();
  removeDataDir(pelton.dataDir);
});

const refused = (status: number, code: string) => ({ status, answer: { code } });

describe('the first admin', () => {
  test('comes in by the link on the console, which works once', async () => {
    const token = await waitFor(async () => new RegExp(`${pelton.url}/setup/(\\S+)`).exec(pelton.output())?.[1]);
    api = new Api(pelton.url);
    expect(await api.get('/api/setup')).toEqual({ needed: true });
    const session = await api.post<Session>('/api/setup', { token, ...admin });
    expect(session.member).toMatchObject({ name: 'Hannah Okafor', role: 'admin', state: 'active' });
    expect(session.project.title).toBe('New project');
    expect(await api.get('/api/setup')).toEqual({ needed: false });
    await expect(
      new Api(pelton.url).post('/api/setup', { token, ...admin, email: 'mallory@example.org' }),
    ).rejects.toMatchObject(refused(403, 'SETUP_TOKEN_WRONG'));
  });

  test('a made-up link opens nothing', async () => {
    await expect(new Api(pelton.url).post('/api/setup', { token: 'guess', ...admin })).rejects.toMatchObject(
      refused(403, 'SETUP_TOKEN_WRONG'),
    );
  });
});

describe('members', () => {
  let viewer: Api;

  test('are invited by a link and have their role from the start', async () => {
    const { token, member } = await api.post<{ token: string; member: Member }>('/api/members', {
      name: 'Vic',
      email: 'vic@example.org',
      role: 'viewer',
    });
    expect(member.state).toBe('invited');
    viewer = new Api(pelton.url);
    await viewer.post('/api/setup', {
      token,
      name: 'Vic',
      email: 'vic@example.org',
      password: 'another long password',
    });
    expect((await viewer.get<Session>('/api/session')).member.role).toBe('viewer');
  });

  test('a viewer reads and changes nothing', async () => {
    expect(await viewer.get('/api/metrics')).toEqual([]);
    await expect(viewer.post('/api/pipelines', { name: 'x', title: 'X' })).rejects.toMatchObject({
      status: 403,
      answer: { code: 'NOT_ALLOWED', message: 'This needs the role operator; you are viewer. Ask an admin.' },
    });
    await expect(viewer.get('/api/members')).rejects.toMatchObject(refused(403, 'NOT_ALLOWED'));
  });

  test('a removed member is out at once', async () => {
    const members = await api.get<Member[]>('/api/members');
    await api.delete(`/api/members/${members.find((member) => member.name === 'Vic')?.id}`);
    await expect(viewer.get('/api/metrics')).rejects.toMatchObject(refused(401, 'NOT_SIGNED_IN'));
  });

  test('the only admin cannot go', async () => {
    const [only] = await api.get<Member[]>('/api/members');
    await expect(api.delete(`/api/members/${only?.id}`)).rejects.toMatchObject(refused(409, 'IN_USE'));
    await expect(api.post('/api/session', { email: admin.email, password: 'wrong' })).rejects.toMatchObject(
      refused(401, 'WRONG_PASSWORD'),
    );
  });

  test('come back into the project that they were in last', async () => {
    const { project } = await api.get<Session>('/api/session');
    const other = await api.post<Project>('/api/projects', { title: 'Branch in Lyon' });
    await api.put('/api/session/project', { projectId: other.id });
    const { email, password } = admin;
    const again = await new Api(pelton.url).post<Session>('/api/session', { email, password });
    expect(again.project.title).toBe('Branch in Lyon');
    await api.put('/api/session/project', { projectId: project.id });
  });

  test('who signs out is out', async () => {
    const other = new Api(pelton.url);
    await other.post('/api/session', { email: admin.email, password: admin.password });
    await other.delete('/api/session');
    await expect(other.get('/api/session')).rejects.toMatchObject(refused(401, 'NOT_SIGNED_IN'));
  });
});

/** Addresses of the API with their methods, but for those that are open to everybody. */
async function closedRoutes(): Promise<string[]> {
  const document = (await (await fetch(`${pelton.url}/api/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  }; // an OpenAPI document
  // The address of a webhook is a secret itself; one that nobody made is not found.
  const open = ['/healthz', '/api/setup', '/api/session', '/hooks/{token}'];
  const closed = Object.entries(document.paths).filter(([path]) => !open.includes(path));
  return closed.flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
}

async function statusOf(route: string, headers: Record<string, string> = {}): Promise<number> {
  const [method = '', path = ''] = route.split(' ');
  return (await fetch(pelton.url + path.replaceAll(/\{\w+\}/g, 'x'), { method, headers })).status;
}

describe('a request', () => {
  test('without a session is refused everywhere', async () => {
    const closed = await closedRoutes();
    expect(closed.length).toBeGreaterThan(60);
    for (const route of closed) expect([route, await statusOf(route)]).toEqual([route, 401]);
  });

  test('from another site is refused, though the browser sends the cookie', async () => {
    const signIn = await fetch(`${pelton.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: admin.email, password: admin.password }),
    });
    const [cookie = ''] = signIn.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const forged = (headers: Record<string, string>) =>
      fetch(`${pelton.url}/api/projects`, {
        method: 'POST',
        headers: { cookie: cookie.split(';')[0] ?? '', 'content-type': 'application/json', ...headers },
        body: '{"title":"Forged"}',
      });
    expect((await forged({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await forged({ origin: 'https://evil.example' })).status).toBe(403);
  });

  test('with fields that nobody asked for, or with operators for values, is refused', async () => {
    await expect(api.post('/api/projects', { title: 'X', sample: true })).rejects.toMatchObject(
      refused(400, 'BAD_INPUT'),
    );
    await expect(
      new Api(pelton.url).post('/api/session', { email: { $gt: '' }, password: { $gt: '' } }),
    ).rejects.toMatchObject(refused(400, 'BAD_INPUT'));
  });
});

describe('an API key', () => {
  const withKey = (secret: string, path: string, init: RequestInit = {}) =>
    fetch(pelton.url + path, {
      ...init,
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    });
  const batch = JSON.stringify({ batch: [{ type: 'track', event: 'X', userId: 'u' }] });

  test('does what its scopes say and nothing else', async () => {
    const make = async (scope: string) =>
      (await api.post<{ secret: string }>('/api/keys', { title: scope, scopes: [scope] })).secret;
    const [write, read, operate] = [await make('write'), await make('read'), await make('operate')];
    expect((await withKey(write, '/v1/batch', { method: 'POST', body: batch })).status).toBe(200);
    expect((await withKey(write, '/api/metrics')).status).toBe(403);
    expect((await withKey(read, '/api/metrics')).status).toBe(200);
    expect((await withKey(read, '/v1/batch', { method: 'POST', body: batch })).status).toBe(403);
    expect((await withKey(read, '/api/pipelines', { method: 'POST', body: '{"name":"x","title":"X"}' })).status).toBe(
      403,
    );
    expect(
      (await withKey(operate, '/api/pipelines', { method: 'POST', body: '{"name":"x","title":"X"}' })).status,
    ).toBe(201);
    expect((await withKey(operate, '/api/members')).status).toBe(403);
    expect((await withKey('pk_nonsense', '/api/metrics')).status).toBe(401);
  });

  test('with deploy opens plan and apply, and not one address besides', async () => {
    const { secret } = await api.post<{ secret: string }>('/api/keys', { title: 'deploy', scopes: ['deploy'] });
    const opened = [];
    for (const route of await closedRoutes()) {
      const status = await statusOf(route, { authorization: `Bearer ${secret}` });
      if (status !== 403) opened.push([route, status]);
    }
    // They are let in, and refused for want of files.
    expect(opened).toEqual([
      ['POST /api/project-files/plan', 400],
      ['POST /api/project-files/apply', 400],
    ]);
  });

  test('is shown once', async () => {
    expect(JSON.stringify(await api.get('/api/keys'))).not.toMatch(/pk_\w{20}/);
  });
});

test('one project does not see another’s things', async () => {
  const before = await api.get<Session>('/api/session');
  await api.post('/api/connections', {
    name: 'secret',
    title: 'Secret',
    kind: 'channel',
    uses: 'email',
    config: { host: 'smtp.example.org', from: 'a@example.org' },
    secrets: { password: 'hunter2hunter2' },
  });
  const { id } = await api.post<Project>('/api/projects', { title: 'Other' });
  await api.put('/api/session/project', { projectId: id });
  expect(await api.get<Connection[]>('/api/connections')).toEqual([]);
  await expect(api.get('/api/connections/secret')).rejects.toMatchObject(refused(404, 'NOT_FOUND'));
  await api.put('/api/session/project', { projectId: before.project.id });
  const [connection] = await api.get<Connection[]>('/api/connections');
  expect(connection?.secretsSet).toEqual(['password']);
  expect(JSON.stringify(connection)).not.toContain('hunter2');
  expect(pelton.output()).not.toContain('hunter2');
});

test('the API describes itself, and a page shows it', async () => {
  const page = await fetch(`${pelton.url}/api`);
  expect(page.status).toBe(200);
  expect(await page.text()).toContain('swagger');
  const document = (await (await fetch(`${pelton.url}/api/openapi.json`)).json()) as {
    components: { schemas: object };
    paths: Record<string, { post?: { requestBody?: object; parameters?: { name: string }[] } }>;
  }; // an OpenAPI document
  const { requestBody, parameters } = document.paths['/api/metrics']?.post ?? {};
  expect(JSON.stringify(requestBody)).toContain('template');
  expect(parameters?.map(({ name }) => name)).toEqual(['Idempotency-Key']);
});

test('the page, its scripts and the script for other pages go out compressed to who takes that', async () => {
  const script = /\/assets\/index-[\w-]+\.js/.exec(await (await fetch(pelton.url)).text())?.[0] ?? 'no script';
  for (const path of ['/', script, '/pelton.js']) {
    const [packed, plain] = await Promise.all(
      ['br', 'identity'].map((accepted) => fetch(pelton.url + path, { headers: { 'accept-encoding': accepted } })),
    );
    const headers = [packed, plain].map((answer) =>
      ['content-encoding', 'vary'].map((name) => answer?.headers.get(name)),
    );
    expect([path, ...headers]).toEqual([path, ['br', 'Accept-Encoding'], [null, 'Accept-Encoding']]);
    expect(await packed?.text()).toBe(await plain?.text());
  }
});
