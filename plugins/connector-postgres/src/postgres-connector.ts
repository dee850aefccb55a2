import { AppError, defineConnector } from '@pelton/sdk';
import { withClient } from './connect.js';
import { ConnectionConfig, type PostgresContext, StreamOptions, TargetOptions } from './connection-config.js';
import { discover, readCatalogue } from './discover.js';
import { describeTarget } from './describe-target.js';
import { readRows } from './read-rows.js';
import { relationOf } from './relation.js';
import { writeRows } from './write-rows.js';

/** Reads tables and views of a PostgreSQL, and writes into tables; a stream is one of them. */
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
  check,
  discover,
  read: readRows,
  relation: relationOf,
  write: { modes: ['append', 'update'], target: TargetOptions, describe: describeTarget, rows: writeRows },
});

async function check(context: PostgresContext): Promise<{ ok: boolean; message: string }> {
  const { schema, user } = context.config;
  try {
    const tables = await withClient(context, (client) => readCatalogue(client, schema));
    return tables.length > 0
      ? { ok: true, message: `${tables.length} tables in ${schema}` }
      : { ok: false, message: `${user} sees no table in ${schema}. Check the schema, or grant SELECT on its tables.` };
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message };
    throw error;
  }
}
