import { createSign } from 'node:crypto';
import { AppError } from '@pelton/sdk';
import { z } from 'zod';

/** The file that Google gives for a key of a service account; what else is in it is not needed. */
const ServiceAccount = z.object({ client_email: z.string().min(1), private_key: z.string().min(1) });
export type ServiceAccount = z.output<typeof ServiceAccount>;

const SCOPE = 'https://www.googleapis.com/auth/spreadsheets.readonly';
const LIFE_SECONDS = 3_600;

/** @throws PARAM_INVALID when the secret is not the file of a key */
export function readServiceAccount(secret: string): ServiceAccount {
  try {
    return ServiceAccount.parse(JSON.parse(secret));
  } catch {
    const reason = 'Paste the whole JSON file of the service account’s key';
    throw new AppError('PARAM_INVALID', { field: 'serviceAccount', reason });
  }
}

/**
 * What proves to Google that we have the account's key.
 * @param audience the address that the proof is for
 * @see https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 * @throws PARAM_INVALID when the key cannot be read
 */
export function signAssertion(account: ServiceAccount, audience: string, nowMs: number): string {
  const issuedAt = Math.floor(nowMs / 1_000);
  const claims = {
    iss: account.client_email,
    scope: SCOPE,
    aud: audience,
    iat: issuedAt,
    exp: issuedAt + LIFE_SECONDS,
  };
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map(encode).join('.');
  try {
    return `${text}.${createSign('RSA-SHA256').update(text).sign(account.private_key, 'base64url')}`;
  } catch (cause) {
    const reason = 'the private key in it cannot be read. Make a new key of the service account';
    throw new AppError('PARAM_INVALID', { field: 'serviceAccount', reason }, { cause });
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}
