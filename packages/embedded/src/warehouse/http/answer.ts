import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip, type Gzip } from 'node:zlib';
import type { EngineError } from '../engine/engine-error.js';
import { type HoldingFile, holdIn } from './holding-file.js';
import { sendError } from './send-error.js';
import { NOTHING_YET, type Summary, summaryHeader } from './summary.js';

/** The client went away before its answer was complete. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

export interface AnswerOptions {
  response: ServerResponse;
  queryId: string;
  /** Level of gzip, when the client takes it. */
  gzipLevel: number | undefined;
  /** A file for the result until it is whole; with one, an error never comes after a part of the result. */
  holdingFile: string | undefined;
  /** The engine's. */
  version: string;
}

/** As much as a server keeps back, so that an error in the first part of a result still becomes the status. */
const HELD_BYTES = 1024 * 1024;
/** How long a client has to read what came before an error. */
const CATCH_UP_MS = 100;
const NOTHING = Buffer.alloc(0);
/** How long a failed transfer stays open after its error, so that the client reads the error before the end. */
const BREAK_MS = 100;
/** A client that decompresses is behind, and drops what it has not read yet when it sees the end. */
const BREAK_COMPRESSED_MS = 2_000;
/** A client that takes nothing for so long is gone. */
const STALL_MS = 5 * 60_000;

/** The answer to one query: headers late, body with back-pressure, errors where the client finds them. */
export class Answer {
  private readonly exceptionTag = randomBytes(8).toString('hex');
  private readonly holding: HoldingFile | undefined;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private body: Writable | undefined;
  private isBroken = false;

  constructor(private readonly options: AnswerOptions) {
    this.holding = options.holdingFile === undefined ? undefined : holdIn(options.holdingFile);
    this.header('Query-Id', options.queryId);
    this.header('Server-Display-Name', 'pelton');
    this.header('Timezone', 'UTC');
    this.header('Exception-Tag', this.exceptionTag);
  }

  /** Says in which format the result is. */
  announce(format: string, contentType: string): void {
    this.header('Format', format);
    this.options.response.setHeader('Content-Type', contentType);
  }

  /** Resolves when the client can take more. @throws ClientGone */
  async write(chunk: Buffer): Promise<void> {
    if (this.options.response.destroyed) throw new ClientGone();
    if (this.body) return this.send(this.body, chunk);
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < HELD_BYTES) return;
    const held = this.takeHeld();
    await (this.holding ? this.holding.write(held) : this.send(this.start(NOTHING_YET), held));
  }

  /** Completes the answer. @throws ClientGone */
  async end(summary: Summary): Promise<void> {
    const body = this.body ?? this.start(summary);
    if (this.holding) for await (const chunk of this.holding.read()) await this.send(body, chunk);
    const held = this.takeHeld();
    if (held.length > 0) await this.send(body, held);
    body.end();
    await this.discard();
  }

  /** Answers with an error: as the status when nothing was sent yet, else at the end of what was sent. */
  async fail(error: EngineError): Promise<void> {
    const { response, version } = this.options;
    await this.discard();
    if (!this.body) return sendError(response, error, version);
    const text = `${error.describe(version)}\n`;
    const length = Buffer.byteLength(text);
    const { exceptionTag: tag } = this;
    this.isBroken = true;
    await this.sendLast(
      this.body,
      Buffer.from(`\r\n__exception__\r\n${tag}\r\n${text}${length} ${tag}\r\n__exception__\r\n`),
    );
    // Like a server, we break the transfer off, so that nobody takes the result for a whole one.
    setTimeout(() => response.socket?.destroySoon(), this.body === response ? BREAK_MS : BREAK_COMPRESSED_MS);
  }

  /** Forgets what was kept back. */
  async discard(): Promise<void> {
    this.takeHeld();
    await this.holding?.remove();
  }

  private takeHeld(): Buffer {
    const held = Buffer.concat(this.held);
    this.held = [];
    this.heldBytes = 0;
    return held;
  }

  private start(summary: Summary): Writable {
    const { response, gzipLevel } = this.options;
    this.header('Summary', summaryHeader(summary));
    if (gzipLevel !== undefined) response.setHeader('Content-Encoding', 'gzip');
    response.writeHead(200);
    this.body = response;
    if (gzipLevel !== undefined) {
      const gzip = createGzip({ level: gzipLevel });
      gzip.pipe(response, { end: false });
      gzip.once('end', () => this.isBroken || response.end());
      this.body = gzip;
    }
    return this.body;
  }

  private async send(target: Writable, chunk: Buffer): Promise<void> {
    if (!target.write(chunk)) await this.unlessGone((signal) => once(target, 'drain', { signal }));
  }

  /** Sends the end in one piece, because that is how a client looks for an error; waits until it is on its way. */
  private async sendLast(target: Writable, chunk: Buffer): Promise<void> {
    const { response } = this.options;
    const compressor = target === response ? undefined : (target as Gzip); // the only other kind of body
    if (compressor) await this.unlessGone(() => new Promise<void>((resolve) => compressor.flush(resolve)));
    await this.unlessGone(() => new Promise((resolve) => response.write(NOTHING, resolve)));
    await sleep(CATCH_UP_MS);
    if (!compressor) return this.unlessGone(() => new Promise((resolve) => response.write(chunk, resolve)));
    compressor.end(chunk);
    await this.unlessGone((signal) => once(compressor, 'end', { signal }));
  }

  /** @throws ClientGone when the client goes, or takes nothing for too long */
  private async unlessGone(wait: (signal: AbortSignal) => Promise<unknown>): Promise<void> {
    const { response } = this.options;
    const over = new AbortController();
    const { signal } = over;
    const stall = setTimeout(() => response.destroy(), STALL_MS);
    const gone = once(response, 'close', { signal }).then(() => Promise.reject(new ClientGone()));
    const waiting = wait(signal);
    try {
      await Promise.race([waiting, gone]);
    } finally {
      clearTimeout(stall);
      over.abort();
      await Promise.allSettled([gone]);
      waiting.catch(() => {});
    }
  }

  private header(name: string, value: string): void {
    this.options.response.setHeader(`X-ClickHouse-${name}`, value.replace(/[^\x20-\x7e]/g, '?')); // all that fits
  }
}
