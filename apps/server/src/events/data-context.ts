import type { Sql } from '@pelton/contract';
import { type DataContext, identifier, instant, join, sql } from '@pelton/sdk';

/** What a definition is evaluated over. */
export interface DataView {
  database: string;
  timezone: string;
  /** Nothing at or after this instant is seen. */
  asOf: string;
  /** Only these users are looked at: a relation with user_id. */
  users?: Sql | undefined;
  /** Rows that a draft run would have stored, in the shape of the table that they would be in. */
  draft?: { events: Sql[]; traits: Sql[] } | undefined;
}

/** The relations that a plugin's `compile` may use. As-of, identity and a draft's rows are settled here and nowhere else. */
export function dataContext(view: DataView, properties: readonly string[] = []): DataContext {
  return { events: eventsOf(view, properties), users: usersOf(view), asOf: view.asOf, timezone: view.timezone };
}

/**
 * Compiles over a view so that only the properties that are used are read from disk. The warehouse does not look through
 * a sub-query for the parts of a JSON column that it needs. So what was compiled is asked for the properties that it
 * names, and compiled again over events that have them as columns: `properties.price` then means that column.
 */
export async function compileOver(view: DataView, compile: (context: DataContext) => Promise<Sql>): Promise<Sql> {
  const compiled = await compile(dataContext(view));
  const properties = propertiesIn(compiled);
  return properties.length > 0 ? compile(dataContext(view, properties)) : compiled;
}

/** Paths of properties, as they are written in the SQL: \`properties\`.\`address\`.\`city\`. */
function propertiesIn({ parts }: Sql): string[] {
  const texts = parts.filter((part) => typeof part === 'string');
  return [...new Set(texts.flatMap((text) => text.match(/`properties`(?:\.`(?:[^`\\]|\\.)+`)+/g) ?? []))];
}

function eventsOf({ database, asOf, users, draft }: DataView, properties: readonly string[]): Sql {
  const columns = join([
    sql`message_id, type, event, user_id, timestamp, properties`,
    ...properties.map((path) => ({ parts: [`${path} AS ${path.replaceAll('`.`', '.')}`] })),
  ]);
  const visible = sql`timestamp < ${instant(asOf)} AND user_id != ''${only(users)}`;
  const stored = sql`SELECT ${columns} FROM ${identifier(database, 'events')} FINAL WHERE ${visible}`;
  const drafted = draft?.events.map((rows) => sql`SELECT ${columns} FROM (${rows}) WHERE ${visible}`) ?? [];
  return sql`(${join([stored, ...drafted], ' UNION ALL ')})`;
}

function usersOf({ database, asOf, users, draft }: DataView): Sql {
  const columns = sql`user_id, toString(trait) AS trait, value, updated_at`;
  const stored = sql`SELECT ${columns} FROM ${identifier(database, 'user_traits')} FINAL`;
  const drafted = draft?.traits.map((rows) => sql`SELECT ${columns} FROM (${rows})`) ?? [];
  const latest = sql`SELECT user_id, trait, argMax(value, updated_at) AS value FROM (${join([stored, ...drafted], ' UNION ALL ')})`;
  return sql`(SELECT user_id, CAST((groupArray(trait), groupArray(value)), 'Map(String, String)') AS traits FROM (${latest} WHERE updated_at < ${instant(asOf)}${only(users)} GROUP BY user_id, trait) GROUP BY user_id)`;
}

function only(users: Sql | undefined): Sql {
  return users ? sql` AND user_id IN (SELECT user_id FROM (${users}))` : sql``;
}
