import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig, StreamOptions, TargetOptions } from './options.js';

/** What reads and sends records is not loaded before it is needed. */
const records = () => import('./records.js');

/** Reads records of any HTTP API or address of a file, and sends records to one; a stream is a path. */
export const httpConnector = defineConnector({
  id: 'http',
  title: 'HTTP (REST)',
  description: 'Reads JSON, JSON lines or CSV from an address, page by page; sends rows to one.',
  icon: 'api',
  group: 'applications',
  config: ConnectionConfig,
  secrets: ['token'],
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await records()).check(context),
  discover: async (context, stream) => (await records()).discover(context, stream),
  async *read(context, stream, request) {
    yield* (await records()).read(context, stream, request);
  },
  write: {
    modes: ['append', 'update'],
    target: TargetOptions,
    rows: async (context, target, batch) => (await records()).writeRows(context, target, batch),
  },
});
