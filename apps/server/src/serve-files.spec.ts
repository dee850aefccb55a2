import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSnippet, serveWeb } from './serve-files.js';

const SCRIPT = 'export const answer = 42;\n'.repeat(100);
const JAVASCRIPT = /^text\/javascript; charset=utf-8$/i;
const PAGE = '<!doctype html><title>Pelton</title>';
const folder = mkdtempSync(join(tmpdir(), 'pelton-web-'));
let app: NestExpressApplication;
let port: number;

@Module({})
class NothingModule {}

beforeAll(async () => {
  for (const [name, text] of Object.entries({ 'app-1a2b.js': SCRIPT, 'index.html': PAGE, 'pelton.js': SCRIPT })) {
    writeFileSync(join(folder, name), text);
    writeFileSync(join(folder, `${name}.br`), brotliCompressSync(text));
    writeFileSync(join(folder, `${name}.gz`), gzipSync(text));
  }
  writeFileSync(join(folder, 'small.svg'), '<svg/>');
  app = await NestFactory.create<NestExpressApplication>(NothingModule, { logger: false });
  serveSnippet(app, join(folder, 'pelton.js'));
  serveWeb(app, folder);
  await app.listen(0, '127.0.0.1');
  ({ port } = app.getHttpServer().address() as AddressInfo); // listening on TCP
});
afterAll(async () => {
  await app.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Unlike fetch, it decodes nothing. */
function get(path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number | undefined; headers: IncomingHttpHeaders; body: Buffer }>((resolve, reject) => {
    request({ port, host: '127.0.0.1', path, headers }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      );
    })
      .on('error', reject)
      .end();
  });
}

test.each([
  ['gzip, deflate, br, zstd', 'br', brotliDecompressSync],
  ['gzip, deflate', 'gzip', gunzipSync],
  ['br;q=0, gzip', 'gzip', gunzipSync],
  ['identity', undefined, (body: Buffer) => body],
  [undefined, undefined, (body: Buffer) => body],
])('who accepts %s gets %s, and the same bytes', async (accepted, encoding, decode) => {
  const { headers, body } = await get('/app-1a2b.js', accepted === undefined ? {} : { 'accept-encoding': accepted });
  expect(headers).toMatchObject({
    vary: 'Accept-Encoding',
    'content-type': expect.stringMatching(JAVASCRIPT),
    'cache-control': 'public, max-age=31536000, immutable',
  });
  expect(headers['content-encoding']).toBe(encoding);
  expect(Number(headers['content-length'])).toBe(body.length);
  expect(decode(body).toString()).toBe(SCRIPT);
});

test('each encoding has a tag of its own, by which a client need not load it again', async () => {
  const accepted = { 'accept-encoding': 'br' };
  const compressed = await get('/app-1a2b.js', accepted);
  const plain = await get('/app-1a2b.js');
  expect(compressed.headers.etag).not.toBe(plain.headers.etag);
  const again = await get('/app-1a2b.js', { ...accepted, 'if-none-match': compressed.headers.etag ?? '' });
  expect(again).toMatchObject({ status: 304, body: Buffer.alloc(0) });
});

test('a range is one of the bytes that go out', async () => {
  const headers = { range: 'bytes=10-19' };
  const plain = await get('/app-1a2b.js', headers);
  expect(plain).toMatchObject({ status: 206, body: Buffer.from(SCRIPT.slice(10, 20)) });
  expect(plain.headers['content-range']).toBe(`bytes 10-19/${SCRIPT.length}`);
  const whole = brotliCompressSync(SCRIPT);
  const compressed = await get('/app-1a2b.js', { ...headers, 'accept-encoding': 'br' });
  expect(compressed).toMatchObject({ status: 206, body: whole.subarray(10, 20) });
});

test('what has no compressed copy goes out as it is', async () => {
  const { headers, body } = await get('/small.svg', { 'accept-encoding': 'br' });
  expect(headers['content-encoding']).toBeUndefined();
  expect(body.toString()).toBe('<svg/>');
});

test.each(['/', '/sources/orders.csv', '/app-0000.js'])('%s leads to the page, which is never kept', async (path) => {
  const { headers, body } = await get(path, { accept: 'text/html', 'accept-encoding': 'br' });
  expect(headers).toMatchObject({ 'content-encoding': 'br', 'cache-control': 'no-cache', vary: 'Accept-Encoding' });
  expect(brotliDecompressSync(body).toString()).toBe(PAGE);
});

test.each(['/api/nothing', '/v1/nothing', '/healthz'])('%s does not lead to the page', async (path) => {
  expect((await get(path, { accept: 'text/html' })).status).toBe(404);
});

test('pages of others may include the snippet, for an hour', async () => {
  const { headers, body } = await get('/pelton.js', { 'accept-encoding': 'gzip' });
  expect(headers).toMatchObject({
    'content-encoding': 'gzip',
    'content-type': expect.stringMatching(JAVASCRIPT),
    'cache-control': 'public, max-age=3600',
    'cross-origin-resource-policy': 'cross-origin',
  });
  expect(gunzipSync(body).toString()).toBe(SCRIPT);
});
