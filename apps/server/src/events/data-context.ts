import type { Sql } from '@pelton/contract';
import { type DataContext, instant, join, sql } from '@pelton/sdk';
import { eventColumns, knownEvents, resolvedEvents, resolvedTraits } from './resolved.js';

/** What a definition is evaluated over. */
export interface DataView {
  database: string;
  timezone: string;
  /** Nothing at or after this instant is seen. */
  asOf: string;
  /** False when the project has no identities, so that nobody needs to be looked up. */
  hasIdentities?: boolean;
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

function eventsOf(view: DataView, properties: readonly string[]): Sql {
  const { database, asOf, users, draft, hasIdentities = true } = view;
  const columns = properties.map((path) => ({
    path: { parts: [path] },
    name: { parts: [path.replaceAll('`.`', '.')] },
  }));
  const visible = sql`timestamp < ${instant(asOf)}`;
  const stored = hasIdentities ? resolvedEvents(database, columns, visible) : [knownEvents(database, columns, visible)];
  const drafted =
    draft?.events.map(
      (rows) => sql`SELECT ${eventColumns(sql`user_id`, columns)} FROM (${rows}) WHERE ${visible} AND user_id != ''`,
    ) ?? [];
  const all = join([...stored, ...drafted], ' UNION ALL ');
  return users ? sql`(SELECT * FROM (${all}) WHERE ${only(users)})` : sql`(${all})`;
}

function usersOf({ database, asOf, users, draft }: DataView): Sql {
  const columns = sql`user_id, toString(trait) AS trait, value, updated_at`;
  const drafted = draft?.traits.map((rows) => sql`SELECT ${columns}, true AS is_own FROM (${rows})`) ?? [];
  const all = join([resolvedTraits(database), ...drafted], ' UNION ALL ');
  const visible = sql`updated_at < ${instant(asOf)}${users ? sql` AND ${only(users)}` : sql``}`;
  const latest = sql`SELECT user_id, trait, argMax(value, (is_own, updated_at)) AS value FROM (${all}) WHERE ${visible} GROUP BY user_id, trait`;
  return sql`(SELECT user_id, CAST((groupArray(trait), groupArray(value)), 'Map(String, String)') AS traits FROM (${latest}) GROUP BY user_id)`;
}

function only(users: Sql): Sql {
  return sql`user_id IN (SELECT user_id FROM (${users}))`;
}
