import type { Sql } from '@pelton/contract';
import { bind, identifier, sql } from '@pelton/sdk';
import { dataContext } from '../events/data-context.js';

/** Everybody there is, with what was resolved of them, as of now. */
function everybody(database: string): { seen: Sql; known: Sql } {
  const { events, users } = dataContext({ database, timezone: 'UTC', asOf: new Date().toISOString() });
  const seen = sql`SELECT user_id, count() AS events, min(timestamp) AS first_at, max(timestamp) AS last_at FROM ${events} GROUP BY user_id`;
  return { seen, known: users };
}

/** Users by their latest event: user_id, traits, events, first_at, last_at. `search` looks at ids, names and addresses. */
export function userPageQuery(database: string, options: { search: string; limit: number; offset: number }): Sql {
  const { seen, known } = everybody(database);
  const matches = options.search
    ? sql`WHERE positionCaseInsensitiveUTF8(concat(user_id, ' ', traits['name'], ' ', traits['email']), ${options.search}) > 0`
    : sql``;
  const joined = sql`SELECT if(seen.user_id != '', seen.user_id, known.user_id) AS user_id, known.traits AS traits, seen.events AS events, if(seen.events > 0, seen.first_at, NULL) AS first_at, if(seen.events > 0, seen.last_at, NULL) AS last_at FROM (${seen}) AS seen FULL JOIN ${known} AS known ON known.user_id = seen.user_id`;
  return sql`SELECT user_id, traits, events, first_at, last_at FROM (${joined}) ${matches} ORDER BY last_at DESC, user_id LIMIT ${bind('UInt32', options.limit)} OFFSET ${bind('UInt32', options.offset)}`;
}

export function userCountQuery(database: string): Sql {
  const { seen, known } = everybody(database);
  return sql`SELECT uniqExact(user_id) AS users FROM (SELECT user_id FROM (${seen}) UNION ALL SELECT user_id FROM ${known})`;
}

export function userQuery(database: string, userId: string): Sql {
  const { seen, known } = everybody(database);
  const of = sql`WHERE user_id = ${userId}`;
  return sql`SELECT any(events) AS events, minOrNull(first_at) AS first_at, maxOrNull(last_at) AS last_at, (SELECT any(traits) FROM ${known} ${of}) AS traits FROM (${seen}) ${of}`;
}

const CLAIM = sql`identifier, user_id, state, toString(said_by) AS said_by, first_at, last_at`;

/** What was claimed of a user's identifiers, latest first: identifier, user_id, state, said_by, first_at, last_at. */
export function userIdentitiesQuery(database: string, userId: string): Sql {
  return sql`SELECT ${CLAIM} FROM ${identifier(database, 'identity_log')} WHERE user_id = ${userId} OR identifier = ${userId} ORDER BY last_at DESC LIMIT 200`;
}

/** The claim of one pair, if there is one. */
export function identityQuery(database: string, id: string, userId: string): Sql {
  return sql`SELECT ${CLAIM} FROM ${identifier(database, 'identity_log')} WHERE identifier = ${id} AND user_id = ${userId}`;
}

export function userTagsQuery(database: string, userId: string): Sql {
  return sql`SELECT tag_id, evidence, entered_at FROM ${identifier(database, 'tag_members')} WHERE user_id = ${userId} AND left_at IS NULL ORDER BY entered_at DESC`;
}

/** The first variation of each experiment that a user, or an older id of theirs, was given: experiment_id, variation, at. */
export function userAssignmentsQuery(database: string, userId: string): Sql {
  const theirs = sql`SELECT identifier FROM ${identifier(database, 'identities')} WHERE user_id = ${userId}`;
  return sql`SELECT experiment_id, argMin(toString(variation), given.at) AS variation, min(given.at) AS at FROM ${identifier(database, 'assignments')} AS given FINAL WHERE user_id = ${userId} OR user_id IN (${theirs}) GROUP BY experiment_id ORDER BY at DESC`;
}

export function userDeliveriesQuery(database: string, userId: string): Sql {
  return sql`SELECT message_id, toString(state) AS state, run_id, at FROM ${identifier(database, 'deliveries')} FINAL WHERE user_id = ${userId} ORDER BY at DESC LIMIT 100`;
}

/** Names of traits with a few values: name, examples. */
export function traitNamesQuery(database: string): Sql {
  return sql`SELECT toString(trait) AS name, groupUniqArray(5)(substring(value, 1, 100)) AS examples FROM ${identifier(database, 'user_traits')} GROUP BY trait ORDER BY name LIMIT 500`;
}

/** The group of each type that a user belongs to, the one that was joined last: type, item_id, at. */
export function userGroupsQuery(database: string, userId: string): Sql {
  const theirs = sql`SELECT identifier FROM ${identifier(database, 'identities')} WHERE user_id = ${userId}`;
  return sql`SELECT toString(type) AS type, argMax(item_id, memberships.at) AS item_id, max(memberships.at) AS at FROM ${identifier(database, 'memberships')} AS memberships FINAL WHERE identifier = ${userId} OR identifier IN (${theirs}) GROUP BY type ORDER BY type`;
}
