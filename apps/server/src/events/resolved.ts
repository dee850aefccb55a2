import type { Sql } from '@pelton/contract';
import { identifier, join, sql } from '@pelton/sdk';

/**
 * Events of people, as SELECTs to be united: those that bear the id of a person, and those of a visitor, or of an id that
 * was an alias, which the table `identities` gives to a person. Nobody's events are left out. Who somebody is, is looked
 * up when it is read: a visitor's past is a user's the moment that the visitor signs in, and no longer once they are split.
 * @param properties further columns: what they are, and what they are called
 * @param where a condition on the columns of events other than who it was
 * @returns SELECTs of message_id, type, event, user_id, timestamp, properties and the further columns
 */
export function resolvedEvents(database: string, properties: readonly PropertyColumn[], where: Sql): Sql[] {
  const events = identifier(database, 'events');
  const others = sql`SELECT identifier FROM ${identifier(database, 'identities')}`;
  const own = knownEvents(database, properties, sql`${where} AND user_id NOT IN (${others})`);
  const identifierOf = sql`if(user_id = '', anonymous_id, user_id) AS identifier`;
  const borrowed = sql`SELECT ${eventColumns(identifierOf, properties)} FROM ${events} FINAL WHERE ${where} AND ((user_id = '' AND anonymous_id IN (${others})) OR user_id IN (${others}))`;
  const named = properties.map(({ name }) => ({ path: sql`found.${name}`, name }));
  const joined = sql`SELECT ${eventColumns(sql`who.user_id AS user_id`, named)} FROM (${borrowed}) AS found INNER JOIN ${identifier(database, 'identities')} AS who ON who.identifier = found.identifier`;
  return [own, joined];
}

/** Events that bear the id of a user. */
export function knownEvents(database: string, properties: readonly PropertyColumn[], where: Sql): Sql {
  return sql`SELECT ${eventColumns(sql`user_id`, properties)} FROM ${identifier(database, 'events')} FINAL WHERE ${where} AND user_id != ''`;
}

/** A property as a column of its own. */
export interface PropertyColumn {
  path: Sql;
  name: Sql;
}

export function eventColumns(user: Sql, properties: readonly PropertyColumn[]): Sql {
  return join([
    sql`message_id, type, event, ${user}, timestamp, properties`,
    ...properties.map(({ path, name }) => sql`${path} AS ${name}`),
  ]);
}

/** Values of traits: user_id, trait, value, updated_at, and whether they were said of this very id, which then win. */
export function resolvedTraits(database: string, hasIdentities: boolean): Sql {
  const said = sql`SELECT user_id, toString(trait) AS trait, value, updated_at FROM ${identifier(database, 'user_traits')} FINAL`;
  if (!hasIdentities) return sql`SELECT *, true AS is_own FROM (${said})`;
  return sql`SELECT if(who.user_id != '', who.user_id, said.user_id) AS user_id, said.trait AS trait, said.value AS value, said.updated_at AS updated_at, who.user_id = '' AS is_own FROM (${said}) AS said LEFT JOIN ${identifier(database, 'identities')} AS who ON who.identifier = said.user_id`;
}
