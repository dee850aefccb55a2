import { afterEach, expect, test } from 'vitest';
import { composeMail } from './compose-mail.js';
import type { MailServer } from './mail-server.js';
import { SmtpSession } from './smtp-session.js';
import { type MailSink, openMailSink } from './testing/mail-sink.js';

let sink: MailSink | undefined;
afterEach(() => sink?.close());

test.each(['tls', 'starttls'] as const)('a mail goes over %s', async (secure) => {
  const secured: string[] = [];
  sink = await openMailSink({
    secure: secure === 'tls',
    disabledCommands: [],
    onSecure(_socket, session, done) {
      secured.push(session.tlsOptions ? 'tls' : 'plain');
      done();
    },
  });
  const server: MailServer = { host: '127.0.0.1', port: sink.port, secure, from: 'shop@example.com' };
  const mail = await composeMail(server, {
    id: 'm-1',
    to: 'ann@example.com',
    content: { subject: 'Hello', html: '<p>Hi</p>' },
    unsubscribeUrl: 'https://pelton.test/u/1',
  });
  if ('refused' in mail) throw new Error(mail.refused);
  // The certificate of the sink is its own; that others are not trusted is tested with check().
  const session = await SmtpSession.open(server, undefined, { rejectUnauthorized: false });
  expect(await session.send(mail)).toEqual({ ok: true });
  session.close();
  expect(secured).toHaveLength(1);
  expect(sink.mails.map(({ to }) => to)).toEqual(['ann@example.com']);
});
