import { defineConnector } from '@pelton/sdk';
import { z } from 'zod';
import { ConnectionConfig } from './connection-config.js';

const StreamOptions = z.strictObject({
  stream: z
    .string()
    .min(1)
    .meta({ title: 'Collection', ui: { widget: 'stream', of: 'connection' } }),
});

/** The driver takes a tenth of a second to load, which a start need not. */
const collections = () => import('./collections.js');

/** Reads collections of a MongoDB; a stream is one of them. */
export const mongodbConnector = defineConnector({
  id: 'mongodb',
  title: 'MongoDB',
  description: 'Reads collections, all documents or what is new.',
  icon: 'brand-mongodb',
  group: 'databases',
  config: ConnectionConfig,
  secrets: ['password'],
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await collections()).check(context),
  discover: async (context, stream) => (await collections()).discover(context, stream?.stream),
  async *read(context, stream, request) {
    yield* (await collections()).read(context, stream, request);
  },
});
