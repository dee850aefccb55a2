import { Injectable } from '@nestjs/common';
import { AppError } from '@pelton/contract';
import type { NextFunction, Response } from 'express';
import { PinoLogger } from 'nestjs-pino';
import type { ActorRequest } from '../common/allow.js';
import { replyTo } from '../common/error-answer.js';
import { KeyEntrance, keyInHeader } from '../keys/key-entrance.service.js';
import { readIngestBody } from './ingest-body.js';
import { IngestService } from './ingest.service.js';
import { WAYS_IN, type WayIn } from './protocols/ways-in.js';
import { senderOf } from './sender.js';

/** The addresses that senders use. What the page and the API use stays with their own body parsers. */
const ADDRESSES = /^\/(v1|batch|e|i\/v0\/e|capture|track|flags|decide|array|api\/s)(\/|$)/;
/** A body of ten times what is taken is through by then, also from a phone in a city. */
const EMPTYING_MS = 3_000;
const ACCESS = { kind: 'key', scope: 'write' } as const;

/**
 * Where senders come in. Events are taken here, before anything that pages and the API need: half of what a single event
 * cost was the way through that. What else senders ask for goes on to its controller, with its body read.
 */
@Injectable()
export class SendersDoor {
  constructor(
    private readonly keys: KeyEntrance,
    private readonly ingest: IngestService,
    private readonly logger: PinoLogger,
  ) {}

  /** A middleware of Express. */
  readonly open = (request: ActorRequest, response: Response, next: NextFunction): void => {
    if (!ADDRESSES.test(request.path)) return next();
    allowPages(request, response);
    if (request.method === 'OPTIONS') {
      response.writeHead(204).end();
      return;
    }
    const way = request.method === 'POST' ? WAYS_IN.get(pathOf(request)) : undefined;
    if (way) void this.take(way, request, response);
    else void readIngestBody(request).then(() => next(), refusing(request, response, next));
  };

  /** Never throws: what goes wrong is the answer. */
  private async take(way: WayIn, request: ActorRequest, response: Response): Promise<void> {
    try {
      await readIngestBody(request);
      const secret = keyInHeader(request.headers) ?? request.writeKey;
      if (!secret) throw new AppError('NOT_SIGNED_IN', {});
      const actor = await this.keys.enter(secret, request.headers.origin, ACCESS);
      const taken = await this.ingest.take(senderOf(actor, request), way.read(request.body, request.headers));
      send(response, 200, {}, { ...way.extra, ...taken });
    } catch (error) {
      const refuse = refusing(request, response, () => {
        const { status, headers, answer } = replyTo(error, this.logger);
        send(response, status, headers, answer);
      });
      await refuse(error);
    }
  }
}

/** `/v1/track/` and `/V1/Track` are `/v1/track`. */
function pathOf({ path }: ActorRequest): string {
  return path.replace(/\/+$/, '').toLowerCase();
}

function send(response: Response, status: number, headers: Record<string, string>, answer: object): void {
  if (response.headersSent) return void response.destroy();
  const text = JSON.stringify(answer);
  response
    .writeHead(status, {
      ...headers,
      'Content-Type': 'application/json; charset=utf-8',
      'Content-Length': Buffer.byteLength(text),
      'X-Content-Type-Options': 'nosniff',
    })
    .end(text);
}

/**
 * Many senders look for an answer when all is sent, and fail when they cannot send: so what is left of a body is thrown away
 * first. What does not end soon is cut off, because it must not stand before the next request.
 */
function refusing(request: ActorRequest, response: Response, refuse: (error: unknown) => void) {
  return async (error: unknown) => {
    if (!request.complete && !request.destroyed) await emptied(request);
    if (!request.complete && !response.headersSent) response.setHeader('Connection', 'close');
    refuse(error);
  };
}

function emptied(request: ActorRequest): Promise<void> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, EMPTYING_MS);
    request.once('close', () => {
      clearTimeout(late);
      resolve();
    });
    request.resume();
  });
}

/** Any page may ask; whether the key lets this page in is seen when the key is known. No cookies are involved. */
function allowPages(request: ActorRequest, response: Response): void {
  const { origin } = request.headers;
  if (!origin) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Expose-Headers', 'Retry-After');
  response.setHeader('Vary', 'Origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'cross-origin');
  if (request.method !== 'OPTIONS') return;
  response.setHeader('Access-Control-Allow-Methods', 'GET, POST');
  response.setHeader('Access-Control-Allow-Headers', request.headers['access-control-request-headers'] ?? '*');
  response.setHeader('Access-Control-Max-Age', '86400');
}
