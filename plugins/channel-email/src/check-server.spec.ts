import { afterEach, expect, test } from 'vitest';
import { checkServer } from './check-server.js';
import type { MailServer } from './mail-server.js';
import { openMailSink } from './testing/mail-sink.js';
import { openScriptedServer } from './testing/scripted-server.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function sinkPort(...options: Parameters<typeof openMailSink>): Promise<number> {
  const sink = await openMailSink(...options);
  closers.push(sink.close);
  return sink.port;
}
function serverAt(port: number, changes: Partial<MailServer> = {}): MailServer {
  return { host: '127.0.0.1', port, secure: 'none', from: 'shop@example.com', ...changes };
}
const password = 'correct horse';
const guard: Parameters<typeof openMailSink>[0] = {
  authOptional: false,
  onAuth: (auth, _session, done) =>
    done(auth.password === password ? null : new Error(`not ${auth.password}`), { user: 'x' }),
};

test('a server that answers is fine', async () => {
  const port = await sinkPort();
  expect(await checkServer(serverAt(port))).toEqual({ ok: true, message: `127.0.0.1:${port} answers.` });
});

test('with the right password it lets Pelton sign in', async () => {
  const port = await sinkPort(guard);
  expect(await checkServer(serverAt(port, { user: 'shop' }), password)).toEqual({
    ok: true,
    message: `127.0.0.1:${port} answers and lets Pelton sign in.`,
  });
});

test.each([
  ['battery staple', 'User name or password is wrong. Enter both again; some providers want a password made for apps.'],
  [undefined, 'A user name is set, but no password. Enter the password.'],
])('with the password %s it says what is wrong, and not the password', async (wrong, reason) => {
  const port = await sinkPort(guard);
  expect(await checkServer(serverAt(port, { user: 'shop' }), wrong)).toEqual({
    ok: false,
    message: `127.0.0.1:${port}: ${reason}`,
  });
});

test('a port where nothing listens refuses', async () => {
  const sink = await openMailSink();
  await sink.close();
  expect(await checkServer(serverAt(sink.port))).toEqual({
    ok: false,
    message: `127.0.0.1:${sink.port}: The connection was refused. Check host and port, and that the mail server runs.`,
  });
});

test('a host that nobody knows is named', async () => {
  expect(await checkServer(serverAt(25, { host: 'mail.invalid' }))).toEqual({
    ok: false,
    message: 'mail.invalid:25: The host name is not known. Check its spelling.',
  });
});

test('a certificate that nobody vouches for is not trusted', async () => {
  const message = expect.stringContaining('Its certificate is not trusted') as string;
  const tls = await sinkPort({ secure: true });
  expect(await checkServer(serverAt(tls, { secure: 'tls' }))).toEqual({ ok: false, message });
  const startTls = await sinkPort({ disabledCommands: [] });
  expect(await checkServer(serverAt(startTls, { secure: 'starttls' }))).toEqual({ ok: false, message });
});

test('the wrong kind of encryption is told apart from a wrong port', async () => {
  const plain = await sinkPort();
  expect((await checkServer(serverAt(plain, { secure: 'tls' }))).message).toContain(
    'does not speak TLS from the start',
  );
  expect((await checkServer(serverAt(plain, { secure: 'starttls' }))).message).toContain('does not offer STARTTLS');
});

test('a server that hangs up or is none is told', async () => {
  const closing = await openScriptedServer((word) => (word === 'connect' ? null : undefined));
  const web = await openScriptedServer((word) => (word === 'connect' ? 'HTTP/1.1 400 Bad Request' : undefined));
  const busy = await openScriptedServer((word) => (word === 'connect' ? '421 too many connections' : undefined));
  closers.push(closing.close, web.close, busy.close);
  expect((await checkServer(serverAt(closing.port))).message).toContain('The connection broke.');
  expect((await checkServer(serverAt(web.port))).message).toContain('The connection broke.');
  expect((await checkServer(serverAt(busy.port))).message).toContain('It answered 421 and closed the connection.');
});
