import { AppError } from '@pelton/sdk';
import { type FileSource, matcherOf, patternPrefix } from '@pelton/tabular';
import type { Bucket } from './bucket.js';
import { type ConnectionConfig, rootOf } from './connection-config.js';
import type { ListedObject } from './list-page.js';

const MAX_MATCHES = 10_000;

/**
 * The object that a stream names, or all that its pattern means.
 * @throws FILE_NOT_FOUND; PARAM_INVALID for more objects than can be told apart
 */
export async function findObjects(bucket: Bucket, config: ConnectionConfig, stream: string): Promise<FileSource[]> {
  const isMeant = matcherOf(stream);
  const found: FileSource[] = [];
  for await (const page of bucket.list(rootOf(config) + patternPrefix(stream))) {
    const sources = page.map((object) => sourceOf(bucket, config, object));
    found.push(...sources.filter(({ name }) => isMeant(name)));
    if (found.length <= MAX_MATCHES) continue;
    const reason = `more than ${MAX_MATCHES} objects match ${stream}. Write a narrower pattern`;
    throw new AppError('PARAM_INVALID', { field: 'stream', reason });
  }
  if (found.length === 0) throw new AppError('FILE_NOT_FOUND', { path: stream });
  return found;
}

/** An object as its bytes; its hash tells whether it is still the same. */
export function sourceOf(bucket: Bucket, config: ConnectionConfig, object: ListedObject): FileSource {
  const { key, bytes, etag } = object;
  return {
    ...{ name: key.slice(rootOf(config).length), bytes, version: JSON.stringify([bucket.title, key, etag]) },
    stream: () => bucket.get(object),
    async slice(start, end) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bucket.get(object, { start, end })) pieces.push(piece);
      return Buffer.concat(pieces);
    },
  };
}
