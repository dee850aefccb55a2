import { explainFailure, openOutgoing, patiently } from '@pelton/outgoing';
import { AppError } from '@pelton/sdk';
import type { Response } from 'undici';
import { refusedBy } from './bucket-error.js';
import type { ConnectionConfig, S3Context } from './connection-config.js';
import type { ListedObject } from './list-page.js';

/** More pages of a thousand keys than this are not looked through. */
const MOST_PAGES = 1_000;

/** An S3-compatible bucket, read over its HTTP API. */
export interface Bucket {
  /** What a person calls it. */
  title: string;
  /** The objects whose key begins with the prefix, page by page. */
  list(prefix: string, options?: { pageSize?: number }): AsyncGenerator<ListedObject[]>;
  /**
   * Bytes of an object as it was listed; all, or those from `start` up to, but not with, `end`.
   * @throws FILE_CHANGED, FILE_NOT_FOUND
   */
  get(object: ListedObject, range?: { start: number; end: number }): AsyncGenerator<Uint8Array>;
  close(): Promise<void>;
}

export async function openBucket({ config, secrets }: S3Context): Promise<Bucket> {
  const title = titleOf(config);
  const base = baseOf(config);
  const { AwsV4Signer } = await import('aws4fetch');
  const outgoing = await openOutgoing({ connection: title, allowPrivate: config.allowPrivate });
  return { title, list, get, close: () => outgoing.close() };

  async function* list(prefix: string, { pageSize = 1_000 } = {}): AsyncGenerator<ListedObject[]> {
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const url = new URL(base);
      const search = { 'list-type': '2', 'encoding-type': 'url', 'max-keys': String(pageSize), prefix };
      for (const [name, value] of Object.entries(search)) url.searchParams.set(name, value);
      if (token !== undefined) url.searchParams.set('continuation-token', token);
      const response = await send(url, {});
      if (!response.ok) throw await refusedBy(response, config, title);
      const { readListPage } = await import('./list-page.js'); // it reads XML, which Pelton need not know to start
      const { objects, next } = readListPage(await textOf(response), title);
      yield objects;
      if (next === undefined) return;
      token = next;
    }
    const reason = `the bucket has more than ${MOST_PAGES * pageSize} objects below it. Choose a folder`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason });
  }

  async function* get(object: ListedObject, range?: { start: number; end: number }): AsyncGenerator<Uint8Array> {
    const wanted = range ? range.end - range.start : object.bytes;
    if (wanted === 0) return;
    const url = new URL(base);
    url.pathname = `${url.pathname.replace(/\/$/, '')}/${object.key.split('/').map(encodeKey).join('/')}`;
    const headers = { 'if-match': object.etag, ...(range && { range: `bytes=${range.start}-${range.end - 1}` }) };
    const response = await send(url, headers);
    if (response.status === 412) throw changed(object);
    if (response.status === 404) throw new AppError('FILE_NOT_FOUND', { path: object.key });
    if (!response.ok || !response.body) throw await refusedBy(response, config, title);
    // A service that does not know If-Match tells what it gives, or shows by the length.
    if ((response.headers.get('etag') ?? object.etag) !== object.etag) throw changed(object);
    let received = 0;
    try {
      for await (const piece of response.body as AsyncIterable<Uint8Array>) {
        received += piece.length;
        yield piece;
      }
    } catch (error) {
      throw explainFailure(title, error);
    }
    if (received !== wanted) throw changed(object);
  }

  function send(url: URL, headers: Record<string, string>): Promise<Response> {
    return patiently(async () => outgoing.ask(url, { headers: await signed(url, headers) }), true);
  }

  /** Signed anew for each try, since a signature is good for some minutes only. */
  async function signed(url: URL, headers: Record<string, string>): Promise<[string, string][]> {
    const all = { ...headers, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' };
    if (!config.accessKeyId) return Object.entries(headers);
    const signer = new AwsV4Signer({
      ...{ method: 'GET', url: url.href, headers: all, service: 's3', region: config.region },
      ...{ accessKeyId: config.accessKeyId, secretAccessKey: secrets['secretAccessKey'] ?? '' },
    });
    return [...(await signer.sign()).headers];
  }

  async function textOf(response: Response): Promise<string> {
    try {
      return await response.text();
    } catch (error) {
      throw explainFailure(title, error);
    }
  }
}

function changed({ key }: ListedObject): AppError {
  return new AppError('FILE_CHANGED', { file: key });
}

/** The address of a bucket, and what those of its objects begin with. */
function baseOf({ endpoint, region, bucket, pathStyle }: ConnectionConfig): URL {
  const url = new URL(endpoint || `https://s3.${region}.amazonaws.com`);
  if (!pathStyle) url.hostname = `${bucket}.${url.hostname}`;
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${pathStyle ? bucket : ''}`;
  return url;
}

function titleOf({ endpoint, bucket }: ConnectionConfig): string {
  return `${bucket} at ${endpoint ? new URL(endpoint).host : 'Amazon S3'}`;
}

/** As a signature wants it: all but letters, digits and `-_.~`. */
function encodeKey(part: string): string {
  return encodeURIComponent(part).replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
}
