import type { EventTrigger, Sql } from '@pelton/contract';
import {
  bind,
  compileCondition,
  identifier,
  instant,
  join,
  property,
  resolveProperty,
  sql,
  type Vantage,
} from '@pelton/sdk';
import { resolvedEvents } from '../events/resolved.js';

/** Most events that one run gets; the others are in the next. */
const MOST_EVENTS = 100_000;

/** Which events a batch is made of. */
export interface EventSpan {
  database: string;
  /** The pipeline's id. */
  pipeline: string;
  /** Received after this instant and not after the other; what was looked at before is left out. */
  from: string;
  to: string;
  /** The project's, for a condition on times. */
  timezone: string;
}

/** Whether there is an event that nobody looked at yet: `some`. */
export function hasNewQuery(trigger: EventTrigger, span: EventSpan): Sql {
  return sql`SELECT count() > 0 AS some FROM (${newMessages(trigger, span)} LIMIT 1)`;
}

/**
 * The events of a batch: the columns of the trigger's rows, and `entered`: whether the condition holds and the re-entry rule
 * lets them in. Events of nobody are left out until the visitor is known.
 */
export function batchQuery(trigger: EventTrigger, span: EventSpan): Sql {
  const isFirst = sql`row_number() OVER (PARTITION BY entry_key, holds ORDER BY received_at, message_id) = 1`;
  const mayEnter =
    trigger.entry.again === 'every-time'
      ? sql`true`
      : sql`${isFirst} AND entry_key NOT IN (${enteredKeys(trigger, span)})`;
  return sql`SELECT user_id, event, timestamp, received_at, message_id, entry_key, properties, toUInt8(holds AND ${mayEnter}) AS entered FROM (${newEvents(trigger, span)})`;
}

/** What a batch leaves in `trigger_entries`. */
export function entriesOf(batch: Sql, { pipeline, runId }: { pipeline: string; runId: string }): Sql {
  return sql`INSERT INTO trigger_entries (pipeline, message_id, key, entered, received_at, run_id) SELECT ${pipeline}, message_id, entry_key, entered, received_at, ${runId} FROM ${batch}`;
}

/** The latest events that a trigger would take, whoever entered before; for a run by hand. */
export function latestEvents(
  database: string,
  trigger: EventTrigger,
  { limit, ...from }: Vantage & { limit: number },
): Sql {
  const before = sql`event = ${trigger.event} AND timestamp < ${instant(from.asOf)}`;
  const found = arrivedEvents(trigger, database, before, from);
  return sql`SELECT user_id, event, timestamp, received_at, message_id, entry_key, properties FROM (${found}) WHERE holds ORDER BY timestamp DESC, message_id LIMIT ${bind('UInt32', limit)}`;
}

/** The events that a trigger would have taken in a period, by their own time, whoever entered before; for a back-fill. */
export function periodEvents(
  database: string,
  trigger: EventTrigger,
  { from, to, timezone }: Pick<EventSpan, 'from' | 'to' | 'timezone'>,
): Sql {
  const within = sql`event = ${trigger.event} AND timestamp >= ${instant(from)} AND timestamp < ${instant(to)}`;
  return sql`SELECT user_id, event, timestamp, received_at, message_id, entry_key, properties FROM (${arrivedEvents(trigger, database, within, { asOf: to, timezone })}) WHERE holds`;
}

function newEvents(trigger: EventTrigger, span: EventSpan): Sql {
  const { database, from, to, timezone } = span;
  const found = newMessages(trigger, span);
  const where = sql`event = ${trigger.event} AND received_at > ${instant(from)} AND user_id IN (SELECT user_id FROM (${found})) AND message_id IN (SELECT message_id FROM (${found}))`;
  return sql`SELECT * FROM (${arrivedEvents(trigger, database, where, { asOf: to, timezone })}) ORDER BY received_at, message_id LIMIT ${bind('UInt32', MOST_EVENTS)}`;
}

/** Events of known people, with when they were received, their key, and whether the trigger's condition holds. */
function arrivedEvents(trigger: EventTrigger, database: string, where: Sql, from: Vantage): Sql {
  const received = { path: sql`received_at`, name: sql`received_at` };
  const all = join(resolvedEvents(database, [received], where), ' UNION ALL ');
  const holds = trigger.condition ? compileCondition(trigger.condition, resolveProperty, from) : sql`true`;
  return sql`SELECT toString(event) AS event, user_id, timestamp, received_at, message_id, properties, ${keyOf(trigger)} AS entry_key, ${holds} AS holds FROM (${all})`;
}

/** Reads no version of an event for good, so it is quick; a message that comes again was looked at before. */
function newMessages(trigger: EventTrigger, { database, pipeline, from, to }: EventSpan): Sql {
  const events = identifier(database, 'events');
  const arrived = sql`event = ${trigger.event} AND received_at > ${instant(from)} AND received_at <= ${instant(to)}`;
  const known = sql`user_id != '' OR anonymous_id IN (SELECT identifier FROM ${identifier(database, 'identities')})`;
  const seen = sql`SELECT message_id FROM ${identifier(database, 'trigger_entries')} WHERE pipeline = ${pipeline} AND message_id IN (SELECT message_id FROM ${events} WHERE ${arrived})`;
  return sql`SELECT message_id, user_id FROM ${events} WHERE ${arrived} AND (${known}) AND message_id NOT IN (${seen})`;
}

function enteredKeys({ entry }: EventTrigger, { database, pipeline, to }: EventSpan): Sql {
  const since =
    entry.again === 'after-days'
      ? sql` AND received_at > ${instant(to)} - toIntervalDay(${bind('UInt32', entry.days)})`
      : sql``;
  return sql`SELECT key FROM ${identifier(database, 'trigger_entries')} WHERE pipeline = ${pipeline} AND entered = 1${since}`;
}

/** An event without the property is a key of its own. */
function keyOf({ entry }: EventTrigger): Sql {
  if (entry.key === undefined) return sql`user_id`;
  const value = sql`ifNull(${property(entry.key, 'text')}, '')`;
  return sql`if(${value} = '', message_id, ${value})`;
}
