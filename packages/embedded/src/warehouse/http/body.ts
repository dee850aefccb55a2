import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { EngineError } from '../engine/engine-error.js';

/** The engine's names of the encodings that it can decode itself when it reads a file. */
const ENGINE_CODECS: Record<string, string> = {
  identity: 'none',
  gzip: 'gzip',
  'x-gzip': 'gzip',
  deflate: 'deflate',
  br: 'br',
  zstd: 'zstd',
  xz: 'xz',
  lz4: 'lz4',
  bz2: 'bz2',
  snappy: 'snappy',
};

const DECODERS: Record<string, () => Transform> = {
  gzip: createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The engine's name of how a body is compressed. @throws EngineError for what it cannot read */
export function codecOf(request: IncomingMessage): string {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() || 'identity';
  const codec = ENGINE_CODECS[encoding];
  if (codec) return codec;
  throw new EngineError(89, 'UNKNOWN_COMPRESSION_METHOD', `Unknown compression method ${encoding} of the body`);
}

/** The body as it came. Reading may stop anywhere: the connection lives on. */
export function rawBody(request: IncomingMessage): AsyncIterable<Buffer> {
  return request.iterator({ destroyOnReturn: false });
}

/** The body as it was before it was compressed. */
export function decodedBody(request: IncomingMessage): AsyncIterable<Buffer> {
  const codec = codecOf(request);
  if (codec === 'none') return rawBody(request);
  const decoder = DECODERS[codec]?.();
  if (!decoder) {
    const message = `A statement cannot be read from a body compressed with ${codec}: put it into the URL`;
    throw new EngineError(89, 'UNKNOWN_COMPRESSION_METHOD', message);
  }
  request.once('error', (error) => decoder.destroy(error));
  return request.pipe(decoder);
}

/** Reads a stream to its end. @throws EngineError when it is longer than a statement may be */
export async function readWhole(stream: AsyncIterable<Buffer>, limitBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limitBytes) throw tooLarge(limitBytes);
  }
  return Buffer.concat(chunks, size);
}

export function tooLarge(limitBytes: number): EngineError {
  return new EngineError(229, 'QUERY_IS_TOO_LARGE', `The statement is larger than ${limitBytes} bytes`);
}
