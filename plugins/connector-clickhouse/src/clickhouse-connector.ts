import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig, StreamOptions, TargetOptions } from './connection-config.js';

/** Reads tables and views of a ClickHouse, and adds rows to tables; a stream is one of them. What does is loaded when it is needed. */
export const clickhouseConnector = defineConnector({
  id: 'clickhouse',
  title: 'ClickHouse',
  description: 'Reads tables and views, all or what is new; adds rows to tables.',
  icon: 'chart-column',
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
  write: {
    modes: ['append'],
    target: TargetOptions,
    rows: async (context, target, batch) => (await import('./write-rows.js')).writeRows(context, target, batch),
  },
});
