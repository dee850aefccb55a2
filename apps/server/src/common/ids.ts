import { createHash, randomBytes } from 'node:crypto';

/** A random id of 20 small letters and digits (100 bits). */
export function newId(): string {
  return encode(randomBytes(20));
}

/** The id of something that may be made only once, such as the run of a time: the same for the same words. */
export function idFrom(...words: string[]): string {
  return encode(createHash('sha256').update(words.join('\n')).digest().subarray(0, 20));
}

/** A random token of 256 bits, for links and keys. */
export function newToken(): string {
  return randomBytes(32).toString('base64url');
}

/** What is kept of a token: nobody who reads the database can use it. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

function encode(bytes: Buffer): string {
  return Array.from(bytes, (byte) => ALPHABET[byte & 31]).join('');
}
