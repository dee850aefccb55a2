import { AppError, type ConnectorMessage, type ReadRequest, type StreamInfo } from '@pelton/sdk';
import { readSet } from '@pelton/tabular';
import { openBucket } from './bucket.js';
import { rootOf, type S3Context } from './connection-config.js';
import { discoverObjects } from './discover.js';
import { findObjects } from './find-objects.js';
import type { StreamOptions } from './stream-options.js';

export async function check(context: S3Context): Promise<{ ok: boolean; message: string }> {
  const bucket = await openBucket(context);
  try {
    const { value: page } = await bucket.list(rootOf(context.config), { pageSize: 1 }).next();
    const message = page?.length ? `${bucket.title} answers` : `${bucket.title} answers; there is nothing in it yet`;
    return { ok: true, message };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  } finally {
    await bucket.close();
  }
}

export async function discover(context: S3Context, options?: StreamOptions): Promise<StreamInfo[]> {
  const bucket = await openBucket(context);
  try {
    return await discoverObjects(bucket, context.config, options);
  } finally {
    await bucket.close();
  }
}

export async function* read(
  context: S3Context,
  options: StreamOptions,
  request: ReadRequest,
): AsyncGenerator<ConnectorMessage> {
  const bucket = await openBucket(context);
  try {
    const files = await findObjects(bucket, context.config, options.stream);
    yield* readSet({ stream: options.stream, files, options }, request);
  } finally {
    await bucket.close();
  }
}
