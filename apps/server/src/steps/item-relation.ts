import { describeColumn, type Relation } from '@pelton/contract';
import { identifier, instant, join, sql } from '@pelton/sdk';
import type { StepContext } from './step-kind.js';

/** The items of a type as rows: item_id and one text column a property, with the latest values as of the run. */
export async function itemRelation({ project, asOf }: StepContext, type: string): Promise<Relation> {
  const table = identifier(project.database, 'item_properties');
  const names = await project.admin.rows<{ name: string }>(
    sql`SELECT DISTINCT toString(property) AS name FROM ${table} WHERE type = ${type} ORDER BY name`,
  );
  const columns = ['item_id', ...names.map(({ name }) => name).filter((name) => name !== 'item_id')];
  const values = columns
    .slice(1)
    .map((name) => sql`argMaxIf(value, updated_at, property = ${name}) AS ${identifier(name)}`);
  return {
    sql: sql`SELECT ${join([sql`item_id`, ...values])} FROM ${table} FINAL WHERE type = ${type} AND updated_at < ${instant(asOf)} GROUP BY item_id`,
    columns: columns.map((name) => describeColumn(name, 'String')),
  };
}
