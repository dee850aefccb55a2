import type { Sql } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';
import type { DataView } from '../events/data-context.js';

/** Every value that one property of the items of a type had, stored and drafted: id, value, at. */
export function itemValues(
  { database, draft }: Pick<DataView, 'database' | 'draft'>,
  type: string,
  property: string,
): Sql {
  const columns = sql`item_id AS id, value, updated_at AS at`;
  const which = sql`type = ${type} AND property = ${property}`;
  const drafted = draft?.items?.map((rows) => sql`SELECT ${columns} FROM (${rows}) WHERE ${which}`) ?? [];
  const stored = sql`SELECT ${columns} FROM ${identifier(database, 'item_properties')} FINAL WHERE ${which}`;
  return join([stored, ...drafted], ' UNION ALL ');
}

/** Of which groups of a type users said to be members: id (the user's), value (the group's), at. */
export function memberships(
  { database, hasIdentities = true }: Pick<DataView, 'database' | 'hasIdentities'>,
  type: string,
): Sql {
  const said = sql`SELECT identifier, item_id, at FROM ${identifier(database, 'memberships')} FINAL WHERE type = ${type}`;
  if (!hasIdentities) return sql`SELECT identifier AS id, item_id AS value, at FROM (${said})`;
  return sql`SELECT if(who.user_id != '', who.user_id, said.identifier) AS id, said.item_id AS value, said.at AS at FROM (${said}) AS said LEFT JOIN ${identifier(database, 'identities')} AS who ON who.identifier = said.identifier`;
}
