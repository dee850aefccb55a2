import { AppError } from '@pelton/sdk';
import { withClient } from './connect.js';
import type { PostgresContext } from './connection-config.js';
import { readCatalogue } from './discover.js';

export async function check(context: PostgresContext): Promise<{ ok: boolean; message: string }> {
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
