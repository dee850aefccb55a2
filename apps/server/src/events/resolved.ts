import type { Sql } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';

/**
 * Events of people, as SELECTs to be united: those that bear the id of a person, and those of a visitor, or of an id that
 * was an alias, which the view \`identities\` gives to a person. Nobody's events are left out. Who somebody is, is looked
 * up when it is read: a visitor's past is a user's the moment that the visitor signs in, and no longer once they are parted.
 * @param columns what to select, given the column that tells the person
 * @param where a condition on the columns of events other than who it was
 */
export function resolvedEvents(database: string, columns: (user: Sql) => Sql, where: Sql): Sql[] {
  const events = identifier(database, 'events');
  const others = sql`SELECT identifier FROM ${identifier(database, 'identities')}`;
  const own = sql`SELECT ${columns(sql`user_id`)} FROM ${events} FINAL WHERE ${where} AND user_id != '' AND user_id NOT IN (${others})`;
  const identifierOf = sql`if(user_id = '', anonymous_id, user_id) AS identifier`;
  const borrowed = sql`SELECT ${columns(identifierOf)} FROM ${events} FINAL WHERE ${where} AND ((user_id = '' AND anonymous_id IN (${others})) OR user_id IN (${others}))`;
  const joined = sql`SELECT event.* REPLACE (who.user_id AS identifier) FROM (${borrowed}) AS event INNER JOIN ${identifier(database, 'identities')} AS who ON who.identifier = event.identifier`;
  return [own, joined];
}

/** Values of traits: user_id, trait, value, updated_at, and whether they were said of this very id, which then win. */
export function resolvedTraits(database: string): Sql {
  return sql`SELECT if(who.user_id != '', who.user_id, said.user_id) AS user_id, toString(said.trait) AS trait, said.value AS value, said.updated_at AS updated_at, who.user_id = '' AS is_own FROM (SELECT * FROM ${identifier(database, 'user_traits')} FINAL) AS said LEFT JOIN ${identifier(database, 'identities')} AS who ON who.identifier = said.user_id`;
}
