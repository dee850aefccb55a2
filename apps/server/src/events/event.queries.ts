import type { Sql } from '@pelton/contract';
import { bind, identifier, instant, sql } from '@pelton/sdk';

/** Newest first; `event`, `userId` and `source` narrow when they are not empty, a user with all of the user's identifiers. */
export function eventPageQuery(
  database: string,
  options: { event: string; userId: string; source: string; limit: number; offset: number },
): Sql {
  const byEvent = options.event ? sql` AND event = ${options.event}` : sql``;
  const theirs = sql`SELECT identifier FROM ${identifier(database, 'identities')} WHERE user_id = ${options.userId}`;
  const byUser = options.userId
    ? sql` AND (user_id = ${options.userId} OR user_id IN (${theirs}) OR (user_id = '' AND anonymous_id IN (${theirs})))`
    : sql``;
  const bySource = options.source ? sql` AND source = ${options.source}` : sql``;
  return sql`SELECT message_id, type, event, user_id, anonymous_id, timestamp, received_at, toJSONString(properties) AS properties, toJSONString(context) AS context, source FROM ${identifier(database, 'events')} FINAL WHERE true${byEvent}${byUser}${bySource} ORDER BY timestamp DESC, message_id LIMIT ${bind('UInt32', options.limit)} OFFSET ${bind('UInt32', options.offset)}`;
}

/** The latest events of which a condition on their columns holds. Properties are read of those alone that are shown. */
export function latestEventsQuery(database: string, condition: Sql, limit: number): Sql {
  const events = identifier(database, 'events');
  const newest = sql`SELECT message_id FROM ${events} WHERE ${condition} ORDER BY timestamp DESC LIMIT ${bind('UInt32', limit)}`;
  return sql`SELECT message_id, type, event, user_id, anonymous_id, timestamp, received_at, toJSONString(properties) AS properties, toJSONString(context) AS context, source FROM ${events} FINAL WHERE message_id IN (${newest}) ORDER BY timestamp DESC, message_id LIMIT ${bind('UInt32', limit)}`;
}

/** The names that events bear: event, count, users, last_at. */
export function eventNamesQuery(database: string): Sql {
  return sql`SELECT toString(event) AS event, count() AS count, uniq(user_id) AS users, max(timestamp) AS last_at FROM ${identifier(database, 'events')} WHERE event != '' GROUP BY event ORDER BY count DESC LIMIT 500`;
}

/** The properties of one event, or of all: name, types, examples. Looks at 20,000 events at most. */
export function propertyNamesQuery(database: string, event: string): Sql {
  const byEvent = event ? sql` WHERE event = ${event}` : sql``;
  const some = sql`SELECT properties FROM ${identifier(database, 'events')}${byEvent} LIMIT 20000`;
  return sql`SELECT path.1 AS name, groupUniqArray(5)(path.2) AS types FROM (SELECT arrayJoin(JSONAllPathsWithTypes(properties)) AS path FROM (${some})) GROUP BY name ORDER BY name LIMIT 500`;
}

/** Up to five values of a property, as text. */
export function propertyExamplesQuery(database: string, event: string, name: string): Sql {
  const byEvent = event ? sql` WHERE event = ${event}` : sql``;
  const path = identifier('properties', ...name.split('.'));
  return sql`SELECT toString(value) AS value FROM (SELECT ${path} AS value FROM ${identifier(database, 'events')}${byEvent} LIMIT 20000) WHERE isNotNull(value) GROUP BY value ORDER BY count() DESC LIMIT 5`;
}

/** How much came in since an instant, and the newest event. */
export function activityQuery(database: string, since: string): Sql {
  return sql`SELECT count() AS events, uniqExact(user_id) AS users, countIf(event IN ('Message Opened', 'Message Clicked')) AS reactions FROM ${identifier(database, 'events')} FINAL WHERE timestamp >= ${instant(since)} AND event NOT IN ('Message Sent', 'Experiment Viewed')`;
}

export function newestQuery(database: string): Sql {
  return sql`SELECT maxOrNull(timestamp) AS newest FROM ${identifier(database, 'events')}`;
}
