import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { CONFIG, type Config, deriveKey } from '../config.js';

const VERSION = 'v1';

/** Seals secrets at rest: AES-256-GCM with a random nonce, bound to the record that holds it. */
@Injectable()
export class Sealer {
  private readonly key: Buffer;

  constructor(@Inject(CONFIG) config: Config) {
    this.key = deriveKey(config.secretKey, 'seal');
  }

  /** @param place which record and field the secret belongs to; a sealed text moved elsewhere does not open */
  seal(secret: string, place: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce).setAAD(Buffer.from(place));
    const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return [
      VERSION,
      nonce.toString('base64url'),
      sealed.toString('base64url'),
      cipher.getAuthTag().toString('base64url'),
    ].join('.');
  }

  /** @throws when the text was changed, moved, or sealed with another key */
  open(sealed: string, place: string): string {
    const [version, nonce = '', body = '', tag = ''] = sealed.split('.');
    if (version !== VERSION)
      throw new Error(`A secret of ${place} is sealed in a form that this version does not know`);
    const decipher = createDecipheriv('aes-256-gcm', this.key, Buffer.from(nonce, 'base64url')).setAAD(
      Buffer.from(place),
    );
    decipher.setAuthTag(Buffer.from(tag, 'base64url'));
    return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString('utf8');
  }
}
