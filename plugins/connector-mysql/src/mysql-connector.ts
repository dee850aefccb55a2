import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig, StreamOptions, TargetOptions } from './connection-config.js';

/** Reads tables and views of a MySQL or MariaDB, and writes into tables. The driver is loaded when it is first used. */
export const mysqlConnector = defineConnector({
  id: 'mysql',
  title: 'MySQL and MariaDB',
  description: 'Reads tables and views, all or what is new; writes rows into tables.',
  icon: 'brand-mysql',
  group: 'databases',
  config: ConnectionConfig,
  secrets: ['password'],
  stream: StreamOptions,
  incremental: true,
  check: async (context) => (await import('./discover.js')).check(context),
  discover: async (context, stream) => (await import('./discover.js')).discover(context, stream),
  async *read(context, stream, request) {
    yield* (await import('./read-rows.js')).readRows(context, stream, request);
  },
  relation: async (context, stream) => (await import('./relation.js')).relationOf(context, stream),
  write: {
    modes: ['append', 'update'],
    target: TargetOptions,
    rows: async (context, target, batch) => (await import('./write-rows.js')).writeRows(context, target, batch),
  },
});
