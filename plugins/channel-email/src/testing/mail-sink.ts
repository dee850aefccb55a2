import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

/** A real SMTP server on loopback that keeps the mails it gets. */
export interface MailSink {
  port: number;
  /** Mails in the order in which they came: where they went by the envelope, and as they stood on the wire. */
  mails: { to: string; raw: string }[];
  /** How many connections were made. */
  connections: number;
  close: () => Promise<void>;
}

/**
 * Starts a sink. By default it takes every mail, in plain text and without a user.
 * @param refuse the answer to a recipient, such as `550 no such user`; nothing to accept
 */
export async function openMailSink(
  options: SMTPServerOptions = {},
  refuse: (address: string) => string | undefined = () => undefined,
): Promise<MailSink> {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    disableReverseLookup: true,
    closeTimeout: 100,
    onConnect(_session, done) {
      sink.connections += 1;
      done();
    },
    onRcptTo({ address }, _session, done) {
      done(answerError(refuse(address)));
    },
    onData(stream, { envelope }, done) {
      const pieces: Buffer[] = [];
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        sink.mails.push({ to: envelope.rcptTo[0]?.address ?? '', raw: Buffer.concat(pieces).toString('utf8') });
        done();
      });
    },
    ...options,
  });
  const sink: MailSink = {
    port: 0,
    mails: [],
    connections: 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  server.on('error', () => undefined); // a client that breaks off is part of some tests
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sink.port = (server.server.address() as AddressInfo).port; // it listens on a port, not on a pipe
  return sink;
}

/** An error that the server turns into an answer such as `550 no such user`. */
export function answerError(answer: string | undefined): Error | null {
  return answer ? Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) }) : null;
}
