import type { Sql } from '@pelton/contract';
import { bind, identifier, join, property, sql } from '@pelton/sdk';
import { memberships } from './item-values.js';

/** The types that there are: type, items, members. */
export function itemTypesQuery(database: string): Sql {
  const known = sql`SELECT DISTINCT type, item_id, '' AS member FROM ${identifier(database, 'item_properties')}`;
  const joined = sql`SELECT DISTINCT type, item_id, identifier AS member FROM ${identifier(database, 'memberships')}`;
  return sql`SELECT toString(type) AS type, uniqExact(item_id) AS items, uniqExactIf(member, member != '') AS members FROM (${known} UNION ALL ${joined}) GROUP BY type`;
}

/** Properties of the items of each type with a few values: type, name, examples. */
export function itemPropertyNamesQuery(database: string): Sql {
  return sql`SELECT toString(type) AS type, toString(property) AS name, groupUniqArray(5)(substring(value, 1, 100)) AS examples FROM ${identifier(database, 'item_properties')} GROUP BY type, property ORDER BY type, name LIMIT 1000`;
}

/** The latest values of each item of a type, one row an item: item_id, properties, updated_at, members. */
function itemsOf(database: string, type: string): Sql {
  const latest = sql`SELECT item_id, toString(property) AS name, argMax(value, updated_at) AS latest, max(updated_at) AS at FROM ${identifier(database, 'item_properties')} FINAL WHERE type = ${type} GROUP BY item_id, name`;
  const joined = sql`SELECT item_id, '' AS name, '' AS latest, max(at) AS at FROM ${identifier(database, 'memberships')} FINAL WHERE type = ${type} GROUP BY item_id`;
  const items = sql`SELECT item_id, CAST((groupArrayIf(name, name != ''), groupArrayIf(latest, name != '')), 'Map(String, String)') AS properties, max(at) AS updated_at FROM (${latest} UNION ALL ${joined}) GROUP BY item_id`;
  const counted = sql`SELECT item_id, count() AS members FROM (${membersOf(database, type)}) GROUP BY item_id`;
  return sql`SELECT items.item_id AS item_id, items.properties AS properties, items.updated_at AS updated_at, counted.members AS members FROM (${items}) AS items LEFT JOIN (${counted}) AS counted ON counted.item_id = items.item_id`;
}

/** Of which item each user is a member, since when: item_id, user_id, since. Of several the last one counts. */
export function membersOf(database: string, type: string): Sql {
  return sql`SELECT id AS user_id, argMax(value, at) AS item_id, max(at) AS since FROM (${memberships({ database }, type)}) GROUP BY id`;
}

/** Items by their latest change. `search` looks at ids, names and titles. */
export function itemPageQuery(
  database: string,
  type: string,
  { search, limit, offset }: { search: string; limit: number; offset: number },
): Sql {
  return sql`SELECT * FROM (${found(database, type, search)}) ORDER BY updated_at DESC, item_id LIMIT ${bind('UInt32', limit)} OFFSET ${bind('UInt32', offset)}`;
}

export function itemCountQuery(database: string, type: string, search: string): Sql {
  return sql`SELECT count() AS total FROM (${found(database, type, search)})`;
}

function found(database: string, type: string, search: string): Sql {
  const text = sql`concat(item_id, ' ', properties['name'], ' ', properties['title'])`;
  const matches = search ? sql` WHERE positionCaseInsensitiveUTF8(${text}, ${search}) > 0` : sql``;
  return sql`SELECT * FROM (${itemsOf(database, type)})${matches}`;
}

export function itemQuery(database: string, type: string, itemId: string): Sql {
  return sql`SELECT * FROM (${itemsOf(database, type)}) WHERE item_id = ${itemId}`;
}

/** When which property got another value, latest first: property, value, at. */
export function itemHistoryQuery(database: string, type: string, itemId: string): Sql {
  const before = sql`lagInFrame(toNullable(value)) OVER (PARTITION BY property ORDER BY updated_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
  const changes = sql`SELECT toString(property) AS property, value, updated_at AS at, ${before} AS before FROM ${identifier(database, 'item_properties')} FINAL WHERE type = ${type} AND item_id = ${itemId}`;
  return sql`SELECT property, value, at FROM (${changes}) WHERE isNull(before) OR before != value ORDER BY at DESC, property LIMIT 200`;
}

/** Those who came last first: user_id, since. */
export function memberPageQuery(database: string, type: string, itemId: string): Sql {
  return sql`SELECT user_id, since FROM (${membersOf(database, type)}) WHERE item_id = ${itemId} ORDER BY since DESC, user_id LIMIT 100`;
}

/** A condition on events: those that refer to an item, or, where none does, those of its members. */
export function refersTo(database: string, type: string, itemId: string, referredBy: readonly string[]): Sql {
  const said = referredBy.map((name) => sql`${property(name, 'text')} = ${itemId}`);
  if (said.length > 0) return sql`(${join(said, ' OR ')})`;
  return sql`user_id IN (SELECT user_id FROM (${membersOf(database, type)}) WHERE item_id = ${itemId})`;
}
