import { type AddressInfo, createServer } from 'node:net';
import type { OutgoingMessage, SendResult } from '@pelton/sdk';
import PostalMime from 'postal-mime';
import { afterEach, describe, expect, test } from 'vitest';
import type { MailContent } from './mail-content.js';
import type { MailServer } from './mail-server.js';
import { sendBatch } from './send-batch.js';
import { type MailSink, openMailSink } from './testing/mail-sink.js';
import { openScriptedServer, type Script } from './testing/scripted-server.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

async function sinkOf(...options: Parameters<typeof openMailSink>): Promise<MailSink> {
  const sink = await openMailSink(...options);
  closers.push(sink.close);
  return sink;
}
async function scriptedServerOf(script: Script) {
  const server = await openScriptedServer(script);
  closers.push(server.close);
  return server;
}
function serverAt(port: number, changes: Partial<MailServer> = {}): MailServer {
  return { host: '127.0.0.1', port, secure: 'none', from: 'shop@example.com', fromName: 'The Shop', ...changes };
}
function message(name: string, content: Partial<MailContent> = {}): OutgoingMessage<MailContent> {
  return {
    id: `m-${name}`,
    to: `${name}@example.com`,
    content: { subject: `Hello ${name}`, html: `<p>Hi ${name}</p>`, ...content },
    unsubscribeUrl: `https://pelton.test/u/${name}`,
  };
}
const byId = (results: SendResult[]) => Object.fromEntries(results.map(({ id, ...result }) => [id, result]));
const sent = (name: string) => ({ state: 'sent', externalId: `<m-${name}@example.com>` });

test('a mail arrives as it was written, with its headers', async () => {
  const sink = await sinkOf();
  const results = await sendBatch(serverAt(sink.port), undefined, [
    message('ann', { subject: '다시 만나요 🎁', html: '<p>Grüße</p>', preheader: 'Nur heute' }),
  ]);
  expect(byId(results)).toEqual({ 'm-ann': sent('ann') });
  const [arrived] = sink.mails;
  expect(arrived?.to).toBe('ann@example.com');
  expect(await PostalMime.parse(arrived?.raw ?? '')).toMatchObject({
    subject: '다시 만나요 🎁',
    from: { name: 'The Shop', address: 'shop@example.com' },
    messageId: '<m-ann@example.com>',
    text: 'Grüße\n',
  });
  expect(arrived?.raw).toContain('List-Unsubscribe: <https://pelton.test/u/ann>\r\n');
  expect(arrived?.raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
});

test('one mail refused for good and one for now do not keep the others from leaving', async () => {
  const refusals: Record<string, string> = {
    'gone@example.com': '550 5.1.1 <gone@example.com> no such user',
    'busy@example.com': '451 4.7.1 try again later',
  };
  const sink = await sinkOf({}, (address) => refusals[address]);
  const results = await sendBatch(
    serverAt(sink.port),
    undefined,
    ['ann', 'gone', 'busy', 'bob'].map((name) => message(name)),
  );
  expect(byId(results)).toEqual({
    'm-ann': sent('ann'),
    'm-gone': { state: 'failed', reason: 'The mail server answered: 550 5.1.1 … no such user', retryable: false },
    'm-busy': { state: 'failed', reason: 'The mail server answered: 451 4.7.1 try again later', retryable: true },
    'm-bob': sent('bob'),
  });
  expect(sink.mails.map(({ to }) => to)).toEqual(['ann@example.com', 'bob@example.com']);
  expect(sink.connections).toBe(1);
});

test('without a single mail that could leave, refused recipients are results and no error', async () => {
  const sink = await sinkOf({}, () => '550 no such user');
  expect(await sendBatch(serverAt(sink.port), undefined, [message('gone')])).toMatchObject([
    { state: 'failed', retryable: false },
  ]);
});

test('what the mail server says after the mail is a clear no', async () => {
  const server = await scriptedServerOf((word, count) =>
    word === '.' ? ['554 looks like spam', '452 disk full'][count] : undefined,
  );
  expect(byId(await sendBatch(serverAt(server.port), undefined, [message('a'), message('b'), message('c')]))).toEqual({
    'm-a': { state: 'failed', reason: 'The mail server answered: 554 looks like spam', retryable: false },
    'm-b': { state: 'failed', reason: 'The mail server answered: 452 disk full', retryable: true },
    'm-c': sent('c'),
  });
});

test('200 mails need few connections, and each arrives once', async () => {
  const sink = await sinkOf();
  const batch = Array.from({ length: 200 }, (_, index) => message(`user${index}`));
  const results = await sendBatch(serverAt(sink.port), undefined, batch);
  expect(results.filter(({ state }) => state === 'sent')).toHaveLength(200);
  expect(new Set(sink.mails.map(({ to }) => to)).size).toBe(200);
  expect(sink.mails).toHaveLength(200);
  expect(sink.connections).toBeLessThanOrEqual(4);
});

test('a line break in a subject or an address adds no header and costs no connection', async () => {
  const sink = await sinkOf();
  const results = await sendBatch(serverAt(sink.port), undefined, [
    message('ann', { subject: 'Hi\r\nBcc: thief@example.com' }),
    { ...message('bob'), to: 'bob@example.com\r\nRCPT TO:<thief@example.com>' },
  ]);
  expect(results.map(({ state }) => state)).toEqual(['failed', 'failed']);
  expect(results).toMatchObject([{ retryable: false }, { retryable: false }]);
  expect(sink).toMatchObject({ connections: 0, mails: [] });
});

describe('when the connection breaks', () => {
  test('after the mail left and before the answer, it is uncertain, and the others go on', async () => {
    const server = await scriptedServerOf((word, count) => (word === '.' && count === 1 ? null : undefined));
    expect(
      byId(
        await sendBatch(
          serverAt(server.port),
          undefined,
          ['a', 'b', 'c'].map((name) => message(name)),
        ),
      ),
    ).toEqual({
      'm-a': sent('a'),
      'm-b': {
        state: 'uncertain',
        reason: 'The connection broke after the mail was handed over and before the answer.',
      },
      'm-c': sent('c'),
    });
    expect(server.lines.filter((line) => line.startsWith('RCPT'))).toHaveLength(3);
  });

  test('a single uncertain mail is a result and no error, because it must not be tried again', async () => {
    const server = await scriptedServerOf((word) => (word === '.' ? null : undefined));
    expect(await sendBatch(serverAt(server.port), undefined, [message('a')])).toMatchObject([{ state: 'uncertain' }]);
  });

  test.each(['EHLO', 'MAIL', 'RCPT', 'DATA'])('at %s, nothing left and all may be tried again', async (command) => {
    const server = await scriptedServerOf((word) => (word === command ? null : undefined));
    await expect(sendBatch(serverAt(server.port), undefined, [message('a'), message('b')])).rejects.toMatchObject({
      code: 'CHANNEL_UNREACHABLE',
      facts: { connection: `127.0.0.1:${server.port}` },
    });
    expect(server.lines).not.toContain('.');
  });

  test('between two mails, the next goes over a new connection', async () => {
    const server = await scriptedServerOf((word, count) => (word === 'MAIL' && count === 1 ? null : undefined));
    expect(byId(await sendBatch(serverAt(server.port), undefined, [message('a'), message('b')]))).toEqual({
      'm-a': sent('a'),
      'm-b': sent('b'),
    });
    expect(server.lines.filter((line) => line === 'connect')).toHaveLength(2);
  });

  test('421 between two mails means the same', async () => {
    const server = await scriptedServerOf((word, count) =>
      word === 'MAIL' && count === 1 ? '421 enough for now' : undefined,
    );
    expect(byId(await sendBatch(serverAt(server.port), undefined, [message('a'), message('b')]))).toEqual({
      'm-a': sent('a'),
      'm-b': sent('b'),
    });
  });

  test('for good after the first mail, that one is sent and the rest may be tried again', async () => {
    const server = await scriptedServerOf((word, count) => {
      if (word === 'connect' && count > 0) return null;
      return word === 'MAIL' && count > 0 ? null : undefined;
    });
    const results = await sendBatch(serverAt(server.port), undefined, [message('a'), message('b'), message('c')]);
    expect(byId(results)).toEqual({
      'm-a': sent('a'),
      'm-b': { state: 'failed', reason: expect.stringContaining('broke') as string, retryable: true },
      'm-c': { state: 'failed', reason: expect.stringContaining('broke') as string, retryable: true },
    });
  });
});

describe('when the server cannot be used at all', () => {
  test('nothing listens', async () => {
    const placeholder = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => placeholder.once('listening', resolve));
    const { port } = placeholder.address() as AddressInfo; // it listens on a port, not on a pipe
    await new Promise((resolve) => placeholder.close(resolve));
    await expect(sendBatch(serverAt(port), undefined, [message('a')])).rejects.toMatchObject({
      code: 'CHANNEL_UNREACHABLE',
      message: `127.0.0.1:${port} could not be reached: The connection was refused. Check host and port, and that the mail server runs. No message left; the run goes on from here once it answers.`,
    });
  });

  test('the sender address is refused', async () => {
    const server = await scriptedServerOf((word) => (word === 'MAIL' ? '553 5.7.1 not your address' : undefined));
    await expect(sendBatch(serverAt(server.port), undefined, [message('a')])).rejects.toMatchObject({
      code: 'CHANNEL_UNREACHABLE',
      facts: { reason: 'It does not take mail from the sender address (553). Check it.' },
    });
  });

  test('it wants a user and gets none', async () => {
    const sink = await sinkOf({ authOptional: false, onAuth: (_auth, _session, done) => done(null, { user: 'x' }) });
    await expect(sendBatch(serverAt(sink.port), undefined, [message('a')])).rejects.toMatchObject({
      facts: { reason: 'It wants to be signed in to. Enter a user name and a password.' },
    });
  });
});

describe('a server that wants a password', () => {
  const secret = 'correct horse';
  const guarded = () =>
    sinkOf({
      authOptional: false,
      onAuth: ({ password }, _session, done) =>
        password === secret ? done(null, { user: 'shop' }) : done(new Error(`${password} is wrong`)),
    });

  test('takes mail with the right one', async () => {
    const sink = await guarded();
    const results = await sendBatch(serverAt(sink.port, { user: 'shop' }), secret, [message('a')]);
    expect(byId(results)).toEqual({ 'm-a': sent('a') });
  });

  test('takes none with a wrong one, which is not repeated', async () => {
    const sink = await guarded();
    const sending = sendBatch(serverAt(sink.port, { user: 'shop' }), 'battery staple', [message('a')]);
    await expect(sending).rejects.toMatchObject({ code: 'CHANNEL_UNREACHABLE' });
    await expect(sending).rejects.toThrow('User name or password is wrong.');
    await expect(sending).rejects.not.toThrow('battery');
    expect(sink.mails).toEqual([]);
  });
});
