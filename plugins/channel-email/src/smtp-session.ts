import { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { ComposedMail } from './compose-mail.js';
import type { MailServer } from './mail-server.js';

const OPEN_TIMEOUT_MS = 8_000;
const ANSWER_TIMEOUT_MS = 30_000;

/** What nodemailer tells of a failure; `response` is what the server said, if it said anything. */
export interface SmtpError extends Error {
  code?: string;
  originalCode?: string;
  command?: string;
  response?: string;
  responseCode?: number;
}

/** What became of one mail on this session. `dataSent`: some of the mail itself had left when it failed. */
export type Delivery = { ok: true } | { ok: false; error: SmtpError; dataSent: boolean };

/**
 * A signed-in connection to an SMTP server that carries one mail after the other. It is driven here and not by
 * nodemailer's pool, because the pool does not tell whether a mail had begun to leave when its connection broke.
 */
export class SmtpSession {
  /** How many mails it has taken. */
  mails = 0;

  private constructor(private readonly connection: SMTPConnection) {}

  /**
   * Connects, switches to TLS as configured and signs in.
   * @throws SmtpError
   */
  static async open(server: MailServer, password = '', tls: SMTPConnection.Options['tls'] = {}): Promise<SmtpSession> {
    const connection = new SMTPConnection({
      host: server.host,
      port: server.port,
      secure: server.secure === 'tls',
      requireTLS: server.secure === 'starttls',
      ignoreTLS: server.secure === 'none',
      connectionTimeout: OPEN_TIMEOUT_MS,
      greetingTimeout: OPEN_TIMEOUT_MS,
      socketTimeout: ANSWER_TIMEOUT_MS,
      allowInternalNetworkInterfaces: true,
      tls,
    });
    connection.on('error', () => undefined); // each call below hears of it itself; between calls it does not matter
    try {
      await settle(connection, (done) => connection.connect(done));
      if (server.user) {
        const auth = { user: server.user, pass: password };
        await settle(connection, (done) => connection.login(auth, done));
      }
      return new SmtpSession(connection);
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  get isOpen(): boolean {
    return !this.connection.destroyed;
  }

  async send({ envelope, body }: ComposedMail): Promise<Delivery> {
    const stream = Readable.from([body], { objectMode: false });
    this.mails += 1;
    try {
      await settle(this.connection, (done) => this.connection.send({ ...envelope, size: body.length }, stream, done));
      return { ok: true };
    } catch (error) {
      const dataSent = stream.readableDidRead;
      await this.reset();
      return { ok: false, error: error as SmtpError, dataSent }; // nodemailer throws nothing else
    }
  }

  close(): void {
    if (this.isOpen) this.connection.quit();
  }

  /** Ends a refused mail, so that the next can begin; a session that cannot is closed. */
  private async reset(): Promise<void> {
    if (!this.isOpen) return;
    await settle(this.connection, (done) => this.connection.reset(done)).catch(() => this.connection.close());
  }
}

/** Waits for one call; it ends with the connection, because not every call of nodemailer hears of that by itself. */
function settle(connection: SMTPConnection, start: (done: (error?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(Object.assign(new Error('Connection closed'), { code: 'ECONNECTION' }));
    const finish = (error?: Error | null) => {
      connection.off('error', finish).off('end', onEnd);
      if (error) reject(error);
      else resolve();
    };
    connection.once('error', finish).once('end', onEnd);
    start(finish);
  });
}
