import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { AppError, isAppError, LIMITS } from '@pelton/contract';
import type { Request } from 'express';
import type { ActorRequest } from '../common/allow.js';
import { keepDigits } from './keep-digits.js';
import { keyIn } from './key-in-body.js';

const BODY_MS = 15_000;
const UTF8 = new TextDecoder('utf-8', { fatal: true });
const INFLATE = {
  gzip: promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
} as const;

/**
 * Reads what senders send, before anybody asks who they are, because the key may stand in the body: whatever the content
 * type says (browsers say text/plain to be asked nothing first), plain or compressed, within the limits.
 * @throws BODY_TOO_LARGE, BODY_UNREADABLE
 */
export async function readIngestBody(request: ActorRequest): Promise<void> {
  const text = request.method === 'POST' ? await readText(request) : '';
  const body: unknown = text === '' ? undefined : parse(text, request);
  request.body = body;
  request.bodyLength = text.length;
  request.writeKey = keyIn(request, body);
}

async function readText(request: Request): Promise<string> {
  const bytes = await plain(await readBytes(request), request.headers['content-encoding']);
  if (bytes.length > LIMITS.batchBytes) throw tooLarge(`The batch has ${bytes.length} bytes`);
  try {
    return UTF8.decode(bytes);
  } catch (error) {
    throw new AppError('BODY_UNREADABLE', { reason: 'it is not UTF-8' }, { cause: error });
  }
}

async function readBytes(request: Request): Promise<Buffer> {
  if (Number(request.headers['content-length']) > LIMITS.bodyBytes) throw tooLong();
  const late = setTimeout(() => {
    request.destroy(new AppError('BODY_TOO_SLOW', { seconds: BODY_MS / 1000 }));
  }, BODY_MS);
  try {
    return await bytesOf(request);
  } catch (error) {
    if (isAppError(error)) throw error;
    throw new AppError('BODY_UNREADABLE', { reason: 'it broke off' }, { cause: error });
  } finally {
    clearTimeout(late);
  }
}

/** By events, which cost a small body half of what iterating over the stream does. It is left as it is when too long. */
function bytesOf(request: Request): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > LIMITS.bodyBytes) reject(tooLong());
      else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks, size)));
    request.once('error', reject);
    request.once('close', () => reject(new Error('closed')));
  });
}

/** Some senders compress without saying so; gzip is known by its first two bytes. */
async function plain(bytes: Buffer, encoding = ''): Promise<Buffer> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const name = isGzip ? 'gzip' : encoding.trim().toLowerCase();
  if (name === '' || name === 'identity' || (name === 'gzip' && !isGzip)) return bytes;
  if (!Object.hasOwn(INFLATE, name))
    throw new AppError('BODY_UNREADABLE', { reason: `it is compressed as ${name.slice(0, 20)}` });
  try {
    // Just looked up. What would become larger than a batch may be is not even unpacked.
    return await INFLATE[name as keyof typeof INFLATE](bytes, { maxOutputLength: LIMITS.batchBytes });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge('The batch is larger when it is unpacked');
    throw new AppError('BODY_UNREADABLE', { reason: `it is not whole ${name}` }, { cause: error });
  }
}

function parse(text: string, request: Request): unknown {
  refuseDepth(text);
  try {
    return JSON.parse(keepDigits(text));
  } catch (error) {
    const form = fromForm(text);
    if (form !== undefined) return form;
    if ('ce-id' in request.headers) return text; // an event of CloudEvents may carry any data
    const at = error instanceof Error ? /position (\d+)/.exec(error.message)?.[1] : undefined;
    const reason = `it is not JSON${at ? `; it goes wrong at character ${at}` : ''}`;
    throw new AppError('BODY_UNREADABLE', { reason }, { cause: error });
  }
}

/** Looked for before it is parsed, because parsing it is what hurts. An event's own limit is lower, and named with the event. */
function refuseDepth(text: string): void {
  let depth = 0;
  let isText = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (isText && code === BACKSLASH) at += 1;
    else if (code === QUOTE) isText = !isText;
    else if (isText) continue;
    else if (code === OPENING[0] || code === OPENING[1]) depth += 1;
    else if (code === CLOSING[0] || code === CLOSING[1]) depth -= 1;
    if (depth > LIMITS.bodyDepth)
      throw new AppError('BODY_UNREADABLE', { reason: `it is nested deeper than ${LIMITS.bodyDepth} levels` });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = [0x5b, 0x7b]; // [ {
const CLOSING = [0x5d, 0x7d]; // ] }

/** PostHog's clients for old browsers send `data=` with base64 or JSON, as a form does. */
function fromForm(text: string): unknown {
  const data = text.startsWith('data=') ? new URLSearchParams(text).get('data') : null;
  if (!data) return undefined;
  for (const candidate of [data, Buffer.from(data, 'base64').toString('utf8')]) {
    try {
      return JSON.parse(keepDigits(candidate));
    } catch {
      // the other way may do
    }
  }
  return undefined;
}

function tooLong(): AppError {
  return new AppError('BODY_TOO_LARGE', {
    what: 'The body is too long',
    limit: `${LIMITS.bodyBytes} bytes on the wire`,
  });
}

function tooLarge(what: string): AppError {
  return new AppError('BODY_TOO_LARGE', { what, limit: `${LIMITS.batchBytes} bytes in a batch` });
}
