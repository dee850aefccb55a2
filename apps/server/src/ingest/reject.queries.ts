import type { RejectFilter, Sql } from '@pelton/contract';
import { bind, identifier, instant, sql } from '@pelton/sdk';

/** Newest first; for a list. */
export function rejectPageQuery(database: string, filter: RejectFilter & { limit: number; offset: number }): Sql {
  return sql`SELECT ${COLUMNS} FROM ${identifier(database, 'rejects')} FINAL WHERE ${matching(filter)} ORDER BY received_at DESC, reject_id LIMIT ${bind('UInt32', filter.limit)} OFFSET ${bind('UInt32', filter.offset)}`;
}

/** Those with these ids, as they came. */
export function rejectsByIdQuery(database: string, ids: readonly string[]): Sql {
  return sql`SELECT ${COLUMNS}, sent_at FROM ${identifier(database, 'rejects')} FINAL WHERE reject_id IN ${bind('Array(String)', [...ids])} ORDER BY received_at, reject_id`;
}

export function rejectTotalQuery(database: string, filter: RejectFilter): Sql {
  return sql`SELECT count() AS count FROM ${identifier(database, 'rejects')} FINAL WHERE ${matching(filter)}`;
}

/** The ids of those that can be sent again, the oldest first. */
export function replayableIdsQuery(database: string, filter: Omit<RejectFilter, 'state'>, limit: number): Sql {
  return sql`SELECT reject_id FROM ${identifier(database, 'rejects')} FINAL WHERE is_whole = 1 AND ${matching({ ...filter, state: 'open' })} ORDER BY received_at, reject_id LIMIT ${bind('UInt32', limit)}`;
}

/** Open rejects by code, source and key: code, source, key_id, count, last_at. */
export function rejectCountsQuery(database: string): Sql {
  return sql`SELECT code, source, key_id, count() AS count, max(received_at) AS last_at FROM ${identifier(database, 'rejects')} FINAL WHERE replayed_at IS NULL GROUP BY code, source, key_id ORDER BY count DESC LIMIT 200`;
}

/** Notes that these were replayed. */
export function markReplayedStatement(database: string, ids: readonly string[]): Sql {
  const table = identifier(database, 'rejects');
  return sql`INSERT INTO ${table} SELECT * REPLACE (now64(3) AS replayed_at, now64(3) AS updated_at) FROM ${table} FINAL WHERE reject_id IN ${bind('Array(String)', [...ids])}`;
}

const COLUMNS = sql`reject_id, received_at, source, key_id, message_id, code, reason, body, is_whole, replayed_at`;

function matching({ code, source, key, since, until, search, state }: RejectFilter): Sql {
  const byCode = code ? sql` AND code = ${code}` : sql``;
  const bySource = source ? sql` AND source = ${source}` : sql``;
  const byKey = key ? sql` AND key_id = ${key}` : sql``;
  const from = since ? sql` AND received_at >= ${instant(since)}` : sql``;
  const to = until ? sql` AND received_at < ${instant(until)}` : sql``;
  const byText = search
    ? sql` AND (positionCaseInsensitiveUTF8(body, ${search}) > 0 OR positionCaseInsensitiveUTF8(reason, ${search}) > 0)`
    : sql``;
  const byState = { open: sql` AND replayed_at IS NULL`, replayed: sql` AND replayed_at IS NOT NULL`, all: sql`` };
  return sql`true${byCode}${bySource}${byKey}${from}${to}${byText}${byState[state]}`;
}
