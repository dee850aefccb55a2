import type { Sql } from '@pelton/contract';
import { type DataContext, instant, join, sql } from '@pelton/sdk';
import {
  allTraits,
  columnName,
  groupTraitValues,
  type ItemReference,
  referringPaths,
  relatedFields,
  withRelated,
} from './related.js';
import { eventColumns, knownEvents, resolvedEvents } from './resolved.js';

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
  draft?: { events: Sql[]; traits: Sql[]; items?: Sql[] } | undefined;
}

/** What a definition names beyond events and users; found in what it compiled to. */
interface Named {
  /** Paths of properties, as they are written in SQL. */
  properties: readonly string[];
  /** Traits of groups, such as `@company.plan`. */
  groupTraits: readonly string[];
  /** The item types that there are. */
  itemTypes: readonly ItemReference[];
}

const NOTHING: Named = { properties: [], groupTraits: [], itemTypes: [] };

/** The relations that a plugin's `compile` may use. As-of, identity and a draft's rows are settled here and nowhere else. */
export function dataContext(view: DataView, named = NOTHING): DataContext {
  return { events: eventsOf(view, named), users: usersOf(view, named), asOf: view.asOf, timezone: view.timezone };
}

/**
 * Compiles over a view so that only the properties that are used are read from disk. The warehouse does not look through
 * a sub-query for the parts of a JSON column that it needs. So what was compiled is asked for the properties that it
 * names, and compiled again over events that have them as columns: `properties.price` then means that column. In the same
 * way values of users and items become columns of the events that refer to them, and only where they are named.
 * @param itemTypes asked for only when something of an item or a group is named
 */
export async function compileOver(
  view: DataView,
  compile: (context: DataContext) => Promise<Sql>,
  itemTypes: () => Promise<readonly ItemReference[]> = () => Promise.resolve([]),
): Promise<Sql> {
  const compiled = await compile(dataContext(view));
  const properties = propertiesIn(compiled);
  const groupTraits = groupTraitsIn(compiled);
  if (properties.length === 0 && groupTraits.length === 0) return compiled;
  const isOfItem = groupTraits.length > 0 || properties.some((path) => path.startsWith('`properties`.`@'));
  return compile(dataContext(view, { properties, groupTraits, itemTypes: isOfItem ? await itemTypes() : [] }));
}

/** Paths of properties, as they are written in the SQL: \`properties\`.\`address\`.\`city\`. */
function propertiesIn({ parts }: Sql): string[] {
  const texts = parts.filter((part) => typeof part === 'string');
  return [...new Set(texts.flatMap((text) => text.match(/`properties`(?:\.`(?:[^`\\]|\\.)+`)+/g) ?? []))];
}

/** Names of traits are bound values; so is all else that begins with an @, which does no harm. */
function groupTraitsIn({ parts }: Sql): string[] {
  const values = parts.flatMap((part) =>
    typeof part === 'object' && typeof part.value === 'string' ? [part.value] : [],
  );
  return [...new Set(values.filter((value) => /^@[\w-]+\../.test(value)))];
}

function eventsOf(view: DataView, { properties, itemTypes }: Named): Sql {
  const { database, asOf, users, draft, hasIdentities = true } = view;
  const related = relatedFields(properties, itemTypes);
  const own = [...new Set([...properties.filter((path) => !related.has(path)), ...referringPaths(related.values())])];
  const columns = own.map((path) => ({ path: { parts: [path] }, name: columnName(path) }));
  const visible = sql`timestamp < ${instant(asOf)}`;
  const stored = hasIdentities ? resolvedEvents(database, columns, visible) : [knownEvents(database, columns, visible)];
  const drafted =
    draft?.events.map(
      (rows) => sql`SELECT ${eventColumns(sql`user_id`, columns)} FROM (${rows}) WHERE ${visible} AND user_id != ''`,
    ) ?? [];
  const all = join([...stored, ...drafted], ' UNION ALL ');
  const narrowed = users ? sql`SELECT * FROM (${all}) WHERE ${only(users)}` : all;
  return sql`(${withRelated(narrowed, related.values(), view)})`;
}

function usersOf(view: DataView, { groupTraits, itemTypes }: Named): Sql {
  const visible = sql`updated_at < ${instant(view.asOf)}${view.users ? sql` AND ${only(view.users)}` : sql``}`;
  const latest = sql`SELECT user_id, trait, argMax(value, (is_own, updated_at)) AS value FROM (${allTraits(view)}) WHERE ${visible} GROUP BY user_id, trait`;
  const ofGroups = groupTraits.flatMap((name) => groupTraitValues(name, itemTypes, view));
  const values = join([latest, ...ofGroups], ' UNION ALL ');
  return sql`(SELECT user_id, CAST((groupArray(trait), groupArray(value)), 'Map(String, String)') AS traits FROM (${values}) GROUP BY user_id)`;
}

function only(users: Sql): Sql {
  return sql`user_id IN (SELECT user_id FROM (${users}))`;
}
