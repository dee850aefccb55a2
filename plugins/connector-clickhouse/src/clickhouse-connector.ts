import { defineConnector } from '@pelton/sdk';
import { ConnectionConfig, StreamOptions, TargetOptions } from './connection-config.js';
import { check, discover } from './discover.js';
import { readRows } from './read-rows.js';
import { writeRows } from './write-rows.js';

/** Reads tables and views of a ClickHouse, and adds rows to tables; a stream is one of them. */
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
  check,
  discover,
  read: readRows,
  write: { modes: ['append'], target: TargetOptions, rows: writeRows },
});
