import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/;

/**
 * Looks whether a request is signed with a key by Signature Version 4, made by the book and not by the library that signs.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function checkSignature(
  request: IncomingMessage,
  key: { id: string; secret: string },
): 'ok' | 'AccessDenied' | 'InvalidAccessKeyId' | 'SignatureDoesNotMatch' {
  const found = AUTHORIZATION.exec(request.headers.authorization ?? '');
  if (!found) return 'AccessDenied';
  const [, id = '', day = '', region = '', signed = '', signature] = found;
  if (id !== key.id) return 'InvalidAccessKeyId';
  const scope = `${day}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', headerOf(request, 'x-amz-date'), scope, sha256(canonical(request, signed))].join(
    '\n',
  );
  const signingKey = [day, region, 's3', 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${key.secret}`);
  return hmac(signingKey, text).toString('hex') === signature ? 'ok' : 'SignatureDoesNotMatch';
}

function canonical(request: IncomingMessage, signed: string): string {
  const [path = '', query = ''] = (request.url ?? '').split('?');
  const parameters = [...new URLSearchParams(query)]
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort(byText);
  const headers = signed.split(';').map((name) => `${name}:${headerOf(request, name).trim()}\n`);
  const bodyHash = headerOf(request, 'x-amz-content-sha256');
  return [request.method, path, parameters.join('&'), headers.join(''), signed, bodyHash].join('\n');
}

const byText = (one: string, other: string) => (one < other ? -1 : 1);
const headerOf = (request: IncomingMessage, name: string) => String(request.headers[name] ?? '');
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
