import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

/** A real SMTP server on loopback that keeps what it receives. */
export interface MailSink {
  port: number;
  mails: Email[];
  /** Mails for an address. */
  to: (address: string) => Email[];
  close: () => Promise<void>;
}

export async function startMailSink(): Promise<MailSink> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData: (stream, _session, done) => {
      void buffer(stream)
        .then((raw) => PostalMime.parse(raw))
        .then((mail) => {
          mails.push(mail);
          done();
        });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo; // listening on TCP
  return {
    port,
    mails,
    to: (address) => mails.filter((mail) => mail.to?.some((to) => to.address === address)),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
