import type { Column, Sql } from '@pelton/contract';
import { bind, identifier, instant, sql } from '@pelton/sdk';

/** A plugin's members in one shape, whatever optional columns its rule gives. */
export function membersQuery(compiled: Sql, columns: readonly Column[]): Sql {
  const has = (name: string) => columns.some((column) => column.name === name);
  const value = has('value') ? sql`toString(members.value)` : sql`''`;
  const score = has('score') ? sql`toFloat64OrNull(toString(members.score))` : sql`CAST(NULL, 'Nullable(Float64)')`;
  const evidence = has('evidence') ? sql`toString(members.evidence)` : sql`''`;
  return sql`SELECT toString(members.user_id) AS user_id, any(${value}) AS value, any(${score}) AS score, any(${evidence}) AS evidence FROM (${compiled}) AS members WHERE members.user_id != '' GROUP BY user_id`;
}

/** Where an evaluation's rows come from and where the tag's rows are. */
export interface Membership {
  database: string;
  tag: string;
  /** Table of the members that the rule found now, in the shape of {@link membersQuery}. */
  found: Sql;
  asOf: string;
  /** The users that were looked at, when not all were: others keep what they had. */
  lookedAt: Sql | undefined;
}

/**
 * Who was found, each with the time of entry. Who is kept as a member after as-of has the time that is kept, also when as-of
 * lies before it: what is done once an entry is not done again. Others enter at as-of.
 * @returns rows of `found` with entered_at
 */
export function entriesQuery({ database, tag, found, asOf }: Omit<Membership, 'lookedAt'>): Sql {
  const at = instant(asOf);
  const isMember = sql`before.user_id != '' AND (before.left_at IS NULL OR before.left_at > ${at})`;
  return sql`SELECT found.user_id AS user_id, found.value AS value, found.score AS score, found.evidence AS evidence, if(${isMember}, before.entered_at, ${at}) AS entered_at FROM (${found}) AS found LEFT JOIN (${rowsOf(database, tag)}) AS before ON before.user_id = found.user_id`;
}

/**
 * The tag's rows after an evaluation. Who stays keeps the time of entry, who is new enters at as-of, who is no longer
 * found leaves at as-of. Evaluating the same again changes nothing.
 * @returns rows for `tag_members`
 */
export function nextMembersQuery({ lookedAt, ...membership }: Membership): Sql {
  const { database, tag, found, asOf } = membership;
  const at = instant(asOf);
  const never = sql`CAST(NULL, 'Nullable(DateTime64(3, \\'UTC\\'))')`;
  const stays = sql`SELECT ${bind('String', tag)} AS tag_id, user_id, value, score, evidence, entered_at, ${never} AS expires_at, ${never} AS left_at FROM (${entriesQuery(membership)})`;
  const left = lookedAt
    ? sql`if(before.left_at IS NULL AND before.user_id IN (SELECT user_id FROM (${lookedAt})), ${at}, before.left_at)`
    : sql`ifNull(before.left_at, ${at})`;
  const gone = sql`SELECT before.tag_id AS tag_id, before.user_id AS user_id, before.value AS value, before.score AS score, before.evidence AS evidence, before.entered_at AS entered_at, before.expires_at AS expires_at, ${left} AS left_at FROM (${rowsOf(database, tag)}) AS before LEFT ANTI JOIN (${found}) AS found ON found.user_id = before.user_id`;
  return sql`${stays} UNION ALL ${gone}`;
}

function rowsOf(database: string, tag: string): Sql {
  return sql`SELECT * FROM ${identifier(database, 'tag_members')} WHERE tag_id = ${bind('String', tag)}`;
}

/** Current and former members: `at` is when the rows were last replaced. */
export function memberCountsQuery(database: string, tag: string, asOf: string): Sql {
  const at = instant(asOf);
  return sql`SELECT countIf(left_at IS NULL) AS total, countIf(left_at IS NULL AND entered_at = ${at}) AS entered, countIf(left_at = ${at}) AS left FROM ${identifier(database, 'tag_members')} WHERE tag_id = ${tag}`;
}

/** A page of the tag's members, newest first; `search` is a part of a user id. */
export function memberPageQuery(
  database: string,
  tag: string,
  options: { search: string; limit: number; offset: number },
): Sql {
  const matches = options.search ? sql` AND positionCaseInsensitiveUTF8(user_id, ${options.search}) > 0` : sql``;
  return sql`SELECT user_id, value, score, evidence, entered_at, left_at FROM ${identifier(database, 'tag_members')} WHERE tag_id = ${tag} AND left_at IS NULL${matches} ORDER BY entered_at DESC, user_id LIMIT ${bind('UInt32', options.limit)} OFFSET ${bind('UInt32', options.offset)}`;
}
