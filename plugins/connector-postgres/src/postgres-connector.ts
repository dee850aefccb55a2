import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig, StreamOptions, TargetOptions } from './connection-config.js';

/** Reads tables and views of a PostgreSQL, and writes into tables; a stream is one of them. What does is loaded when it is needed. */
export const postgresConnector = defineConnector({
  id: 'postgres',
  title: 'PostgreSQL',
  description: 'Reads tables and views, all or what is new; writes rows into tables.',
  icon: 'database',
  group: 'databases',
  config: ConnectionConfig,
  secrets: ['password'],
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await import('./check.js')).check(context),
  discover: async (context, stream) => (await import('./discover.js')).discover(context, stream),
  async *read(context, stream, request) {
    yield* (await import('./read-rows.js')).readRows(context, stream, request);
  },
  relation: async (context, stream) => (await import('./relation.js')).relationOf(context, stream),
  write: {
    modes: ['append', 'update'],
    target: TargetOptions,
    describe: async (context, target) => (await import('./describe-target.js')).describeTarget(context, target),
    rows: async (context, target, batch) => (await import('./write-rows.js')).writeRows(context, target, batch),
  },
});
