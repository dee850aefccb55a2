import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type CaughtMail, type CaughtMailBody } from '@pelton/contract';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { SMTPServer } from 'smtp-server';
import { newId } from '../common/ids.js';
import { CONFIG, type Config } from '../config.js';
import type { CaughtMailDoc } from './mail.schema.js';

const MOST_MAILS = 1_000;

/** A real SMTP server on loopback that delivers nothing: it keeps mails so that the page can show them. For development only. */
@Injectable()
export class MailCatcher implements OnApplicationBootstrap, OnApplicationShutdown {
  private server: SMTPServer | undefined;
  private received = 0;

  constructor(
    @InjectModel('CaughtMail') private readonly mails: Model<CaughtMailDoc>,
    @Inject(CONFIG) private readonly config: Config,
    private readonly logger: PinoLogger,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (!this.config.mailCatcher) return;
    const server = new SMTPServer({
      authOptional: true,
      ca: [], // without TLS; else it reads the roots of the system, which takes a while
      disabledCommands: ['STARTTLS'],
      size: 25 * 1_048_576,
      onAuth: (_auth, _session, done) => done(null, { user: 'anybody' }),
      onData: (stream, _session, done) => {
        this.keep(stream).then(
          () => done(),
          (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
        );
      },
    });
    server.on('error', (error) => this.logger.warn({ err: error }, 'mail-catcher.error'));
    const { port } = await listen(server, this.rememberedPort());
    this.server = server;
    writeFileSync(this.portFile(), String(port));
    this.logger.debug({ port }, 'mail-catcher.listening');
  }

  async onApplicationShutdown(): Promise<void> {
    await new Promise<void>((resolve) => (this.server ? this.server.close(() => resolve()) : resolve()));
  }

  /** Where it listens; undefined when it is off. */
  port(): number | undefined {
    const address = this.server?.server.address() as AddressInfo | null | undefined; // a TCP server has such an address
    return address?.port;
  }

  async list(page: { limit: number; offset: number; search: string }): Promise<CaughtMail[]> {
    const docs = await this.mails
      .find(
        page.search
          ? {
              $or: [
                { to: { $regex: escape(page.search), $options: 'i' } },
                { subject: { $regex: escape(page.search), $options: 'i' } },
              ],
            }
          : {},
        { html: 0, text: 0, headers: 0 },
      )
      .sort({ at: -1 })
      .skip(page.offset)
      .limit(page.limit)
      .lean();
    return docs.map(toMail);
  }

  async find(id: string): Promise<CaughtMailBody> {
    const doc = await this.mails.findById(id).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'mail', name: id });
    return { ...toMail(doc), html: doc.html, text: doc.text, headers: doc.headers };
  }

  private async keep(stream: Readable): Promise<void> {
    const { default: PostalMime } = await import('postal-mime'); // not before a mail comes
    const mail = await PostalMime.parse(await buffer(stream));
    await this.mails.create({
      _id: newId(),
      from: mail.from?.address ?? '',
      to: (mail.to ?? []).map((to) => to.address ?? '').join(', '),
      subject: mail.subject ?? '',
      html: mail.html ?? '',
      text: mail.text ?? '',
      headers: mail.headers.map(({ key, value }) => ({ name: key, value })),
      at: new Date(),
    });
    this.received += 1;
    if (this.received % 100 === 0) await this.forgetOldest();
  }

  private async forgetOldest(): Promise<void> {
    const old = await this.mails.find({}, { _id: 1 }).sort({ at: -1 }).skip(MOST_MAILS).limit(10_000).lean();
    await this.mails.deleteMany({ _id: { $in: old.map((doc) => doc._id) } });
  }

  /** The port of the last start, so that connections to the catcher go on working. */
  private rememberedPort(): number {
    return existsSync(this.portFile()) ? Number(readFileSync(this.portFile(), 'utf8')) || 0 : 0;
  }

  private portFile(): string {
    return join(this.config.dataDir, 'mail-catcher.port');
  }
}

/** Listens on the wanted port, or on any free one when something else has it. */
function listen(server: SMTPServer, wanted: number): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => {
      if (wanted !== 0 && error.code === 'EADDRINUSE') listen(server, 0).then(resolve, reject);
      else reject(error);
    };
    server.server.once('error', onError);
    server.listen(wanted, '127.0.0.1', () => {
      server.server.off('error', onError);
      resolve(server.server.address() as AddressInfo); // listening on TCP
    });
  });
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function toMail({
  _id,
  from,
  to,
  subject,
  at,
}: Pick<CaughtMailDoc, '_id' | 'from' | 'to' | 'subject' | 'at'>): CaughtMail {
  return { id: _id, from, to, subject, at: at.toISOString() };
}
