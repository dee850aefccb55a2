import type { Sql } from '@pelton/contract';
import { toReadable } from '@pelton/sdk';
import type { WarehouseClient } from '@pelton/warehouse';
import type { ProjectSql } from '../infra/warehouse.service.js';
import type { Trust } from './plugins.service.js';

/** SQL with the user of the warehouse that may run it. */
export interface RunnableSql {
  sql: Sql;
  client: WarehouseClient;
}

/** What a plugin compiled: run as it is when the plugin comes with Pelton, else admitted by the gate and run as the reader. */
export async function admitPluginSql(project: ProjectSql, trust: Trust, compiled: Sql): Promise<RunnableSql> {
  if (trust === 'built-in') return { sql: compiled, client: project.admin };
  const canonical = await project.gate.admitSelect(toReadable(compiled), undefined);
  return { sql: { parts: [canonical] }, client: project.reader };
}

/** Fills a table with the rows of a query. What the reader selects is piped to the admin, so it can never write itself. */
export async function fillTable(
  project: ProjectSql,
  table: string,
  { sql: query, client }: RunnableSql,
  signal?: AbortSignal,
): Promise<void> {
  if (client === project.admin) {
    await project.admin.run({ parts: [`INSERT INTO \`${table}\` `, ...query.parts] }, { signal });
    return;
  }
  const rows = await client.bytes(query, 'Native', { signal });
  await project.admin.insertBytes(table, 'Native', rows, { signal });
}
