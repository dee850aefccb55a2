import { createHmac, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config, deriveKey } from '../config.js';

/** What a link in a message stands for. */
export type TrackedLink =
  | { kind: 'open'; projectId: string; deliveryId: string }
  | { kind: 'click'; projectId: string; deliveryId: string; url: string }
  | { kind: 'unsubscribe'; projectId: string; deliveryId: string };

const LETTERS = { o: 'open', c: 'click', u: 'unsubscribe' } as const;

/** Makes and reads the signed tokens of links. Nobody can make one for another delivery or another target. */
@Injectable()
export class TrackingTokens {
  private readonly key: Buffer;

  constructor(@Inject(CONFIG) config: Config) {
    this.key = deriveKey(config.secretKey, 'tracking');
  }

  write(link: TrackedLink): string {
    const fields = [link.kind[0], link.projectId, link.deliveryId, ...(link.kind === 'click' ? [link.url] : [])];
    const body = Buffer.from(JSON.stringify(fields)).toString('base64url');
    return `${body}.${this.sign(body)}`;
  }

  /** Undefined for a token that was not made here. */
  read(token: string): TrackedLink | undefined {
    const [body = '', signature = ''] = token.split('.');
    const expected = Buffer.from(this.sign(body));
    const given = Buffer.from(signature);
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
    const [letter, projectId, deliveryId, url] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [
      keyof typeof LETTERS,
      string,
      string,
      string,
    ]; // signed, so ours
    const kind = LETTERS[letter];
    return kind === 'click' ? { kind, projectId, deliveryId, url } : { kind, projectId, deliveryId };
  }

  private sign(body: string): string {
    return createHmac('sha256', this.key).update(body).digest().subarray(0, 16).toString('base64url');
  }
}
