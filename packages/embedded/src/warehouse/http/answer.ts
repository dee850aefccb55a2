import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, rmSync, type WriteStream } from 'node:fs';
import type { ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { EngineError } from '../engine/engine-error.js';
import { sendError } from './send-error.js';

/** What the engine did for a query. */
export interface Summary {
  readRows: number;
  readBytes: number;
  writtenRows: number;
  writtenBytes: number;
  elapsedMs: number;
}

const NOTHING_YET: Summary = { readRows: 0, readBytes: 0, writtenRows: 0, writtenBytes: 0, elapsedMs: 0 };

/** The client went away before its answer was complete. */
export class ClientGone extends Error {
  override readonly name = 'ClientGone';
}

export interface AnswerOptions {
  response: ServerResponse;
  queryId: string;
  /** Level of gzip, when the client takes it. */
  gzipLevel: number | undefined;
  /** A file that may hold the result until it is whole; then an error never comes after a part of it. */
  holdingFile: string | undefined;
  version: string;
}

/** As much as a server keeps back, so that an error in the first part of a result still becomes the status. */
const HELD_BYTES = 1024 * 1024;
const BREAK_MS = 100;
const BREAK_COMPRESSED_MS = 2_000;
/** A client that takes nothing for so long is gone. */
const STALL_MS = 5 * 60_000;

/** The answer to one query: headers late, body with back-pressure, errors where the client finds them. */
export class Answer {
  private readonly exceptionTag = randomBytes(8).toString('hex');
  private held: Buffer[] = [];
  private heldBytes = 0;
  private body: Writable | undefined;
  private holding: WriteStream | undefined;
  private isBroken = false;

  constructor(private readonly options: AnswerOptions) {
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
    if (this.isGone()) throw new ClientGone();
    if (this.body) return this.send(this.body, chunk);
    if (this.holding) return this.send(this.holding, chunk);
    this.held.push(chunk);
    this.heldBytes += chunk.length;
    if (this.heldBytes < HELD_BYTES) return;
    this.holding = this.options.holdingFile ? createWriteStream(this.options.holdingFile, { mode: 0o600 }) : undefined;
    await this.flush(this.holding ?? this.start(NOTHING_YET));
  }

  /** Completes the answer. @throws ClientGone */
  async end(summary: Summary): Promise<void> {
    const body = this.body ?? this.start(summary);
    if (this.holding) await this.release(this.holding, body);
    else await this.flush(body);
    body.end();
  }

  /** Answers with an error: as the status when nothing was sent yet, else at the end of what was sent. */
  async fail(error: EngineError): Promise<void> {
    const { response, version } = this.options;
    this.discard();
    if (!this.body) return sendError(response, error, version);
    const text = `${error.describe(version)}\n`;
    const length = Buffer.byteLength(text);
    const { exceptionTag: tag } = this;
    this.isBroken = true;
    const block = `\r\n__exception__\r\n${tag}\r\n${text}${length} ${tag}\r\n__exception__\r\n`;
    await sendLast(this.body, Buffer.from(block));
    // Like a server, we break the transfer off, so that nobody takes the result for a whole one; not at once, because
    // a client that is behind with decompressing drops what it has not read yet when it sees the break.
    setTimeout(() => response.socket?.destroySoon(), this.body === response ? BREAK_MS : BREAK_COMPRESSED_MS);
  }

  /** Forgets what was kept back. */
  discard(): void {
    this.held = [];
    if (this.holding && this.options.holdingFile) rmSync(this.options.holdingFile, { force: true });
    this.holding?.destroy();
  }

  private start(summary: Summary): Writable {
    const { response, gzipLevel } = this.options;
    this.header('Summary', JSON.stringify(asHeader(summary)));
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

  private async flush(body: Writable): Promise<void> {
    const chunk = Buffer.concat(this.held);
    this.held = [];
    if (chunk.length > 0) await this.send(body, chunk);
  }

  private async release(holding: WriteStream, body: Writable): Promise<void> {
    holding.end();
    await once(holding, 'close');
    for await (const chunk of createReadStream(holding.path)) await this.send(body, chunk as Buffer);
    rmSync(holding.path, { force: true });
  }

  private async send(target: Writable, chunk: Buffer): Promise<void> {
    if (target.write(chunk)) return;
    const { response } = this.options;
    await new Promise<void>((resolve, reject) => {
      const stall = setTimeout(() => response.destroy(), STALL_MS);
      const settle = (then: () => void) => () => {
        clearTimeout(stall);
        target.off('drain', onDrain);
        response.off('close', onClose);
        then();
      };
      const onDrain = settle(resolve);
      const onClose = settle(() => reject(new ClientGone()));
      target.once('drain', onDrain);
      response.once('close', onClose);
    });
  }

  private isGone(): boolean {
    return this.options.response.destroyed;
  }

  private header(name: string, value: string): void {
    this.options.response.setHeader(`X-ClickHouse-${name}`, value.replace(/[^\x20-\x7e]/g, '?')); // all that fits
  }
}

/** Writes the last bytes and waits until they are on their way. */
async function sendLast(target: Writable, chunk: Buffer): Promise<void> {
  if ('flush' in target) {
    target.end(chunk); // a compressor, which hands on all it has
    await once(target, 'end');
  } else {
    await new Promise<void>((resolve) => target.write(chunk, () => resolve()));
  }
}

function asHeader({ readRows, readBytes, writtenRows, writtenBytes, elapsedMs }: Summary): Record<string, string> {
  return {
    read_rows: String(readRows),
    read_bytes: String(readBytes),
    written_rows: String(writtenRows),
    written_bytes: String(writtenBytes),
    total_rows_to_read: '0',
    result_rows: '0',
    result_bytes: '0',
    elapsed_ns: String(Math.round(elapsedMs * 1e6)),
  };
}
