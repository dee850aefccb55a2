import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { checkSignature } from './aws-signature.js';
import { startHttp } from './source-http.js';

const KEY = { id: 'PELTON', secret: 'an S3 secret' };
export const BUCKET = 'shop';

export interface SourceBucket {
  url: string;
  /** What its requests are signed with. */
  key: { id: string; secret: string };
  put: (key: string, body: string | Buffer) => void | Promise<void>;
  delete: (key: string) => void | Promise<void>;
  /** Has an object change when it was asked for once. */
  changeAfterNext: (key: string, body: string) => void;
  stop: () => Promise<void>;
}

const PAGE = 1_000;

/**
 * A bucket in memory that lists and gives its objects as S3 documents it, and checks signatures: for what s3rver does not do,
 * which are lists of several pages, keys with signs such as +, and If-Match.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
 */
export async function startBucket(): Promise<SourceBucket> {
  const objects = new Map<string, Buffer>();
  const changes = new Map<string, string>();
  const source = await startHttp((request, response, url) => {
    const [, bucket, ...parts] = url.pathname.split('/');
    const verdict = checkSignature(request, KEY);
    if (verdict !== 'ok') return refuse(response, 403, verdict);
    if (bucket !== BUCKET) return refuse(response, 404, 'NoSuchBucket');
    const key = decodeURIComponent(parts.join('/'));
    if (key === '') return list(response, objects, url.searchParams);
    const body = objects.get(key);
    const change = changes.get(key);
    if (change !== undefined) objects.set(key, Buffer.from(change));
    changes.delete(key);
    return body ? give(request, response, body) : refuse(response, 404, 'NoSuchKey');
  });
  return {
    ...{ url: source.url, stop: source.stop, key: KEY },
    put: (key, body) => void objects.set(key, Buffer.from(body)),
    delete: (key) => void objects.delete(key),
    changeAfterNext: (key, body) => void changes.set(key, body),
  };
}

function list(response: ServerResponse, objects: Map<string, Buffer>, search: URLSearchParams): void {
  const after = Buffer.from(search.get('continuation-token') ?? '', 'base64').toString();
  const keys = [...objects.keys()].filter((key) => key.startsWith(search.get('prefix') ?? '') && key > after).sort();
  const page = keys.slice(0, Math.min(PAGE, Number(search.get('max-keys') ?? PAGE)));
  const contents = page.map((key) => {
    const body = objects.get(key) ?? Buffer.alloc(0);
    return `<Contents><Key>${encodeURIComponent(key)}</Key><ETag>${etagOf(body).replaceAll('"', '&quot;')}</ETag><Size>${body.length}</Size></Contents>`;
  });
  const next = Buffer.from(page.at(-1) ?? '').toString('base64');
  const rest = keys.length > page.length ? `<NextContinuationToken>${next}</NextContinuationToken>` : '';
  xml(
    response,
    200,
    `<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><EncodingType>url</EncodingType>
     <IsTruncated>${rest !== ''}</IsTruncated>${contents.join('')}${rest}</ListBucketResult>`,
  );
}

function give(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
  const etag = etagOf(body);
  const wanted = request.headers['if-match'];
  if (wanted && wanted !== etag) return refuse(response, 412, 'PreconditionFailed');
  const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
  const piece = start === undefined ? body : body.subarray(Number(start), Number(end) + 1);
  response.writeHead(start === undefined ? 200 : 206, { etag, 'content-length': piece.length }).end(piece);
}

function refuse(response: ServerResponse, status: number, code: string): void {
  xml(response, status, `<Error><Code>${code}</Code></Error>`);
}

function xml(response: ServerResponse, status: number, body: string): void {
  response
    .writeHead(status, { 'content-type': 'application/xml' })
    .end(`<?xml version="1.0" encoding="UTF-8"?>${body}`);
}

function etagOf(body: Buffer): string {
  return `"${createHash('md5').update(body).digest('hex')}"`;
}
