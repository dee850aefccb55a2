import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig } from './connection-config.js';
import { StreamOptions } from './stream-options.js';

/** What reads objects is not loaded before it is needed. */
const objects = () => import('./objects.js');

/** Reads objects of an S3-compatible bucket; a stream is one of them or a pattern. */
export const s3Connector = defineConnector({
  id: 's3',
  title: 'S3 bucket',
  description: 'Reads CSV, TSV, JSON lines and Parquet objects of an S3-compatible bucket, all or what is new.',
  icon: 'bucket',
  group: 'files',
  config: ConnectionConfig,
  secrets: ['secretAccessKey'],
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await objects()).check(context),
  discover: async (context, options) => (await objects()).discover(context, options),
  async *read(context, options, request) {
    yield* (await objects()).read(context, options, request);
  },
});
