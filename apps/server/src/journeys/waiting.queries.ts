import type { Column, Condition, Relation, Sql } from '@pelton/contract';
import { bind, compileCondition, identifier, instant, join, resolveProperty, sql } from '@pelton/sdk';
import { resolvedEvents } from '../events/resolved.js';
import { cellColumns, sourceColumn } from '../steps/row-values.js';

/** A step of a version of a pipeline, and the columns of the rows that wait there. */
export interface WaitingGroup {
  pipeline: string;
  version: number;
  stepId: string;
  /** Their names and types, as JSON. */
  columns: string;
}

/** Users who begin to wait. */
export interface Entry {
  pipeline: string;
  version: number;
  stepId: string;
  runId: string;
  /** ISO instant; events before it let nobody go on. */
  enteredAt: string;
  users: Relation;
  /** A column that tells entries of one user apart. */
  key?: string | undefined;
  /** When a row of `source` goes on. */
  dueAt: Sql;
  event?: string | undefined;
  /** What that event has to be like. */
  condition?: Condition | undefined;
}

/** An event that somebody waits for. */
export interface AwaitedEvent {
  event: string;
  /** JSON of what it has to be like; empty when any will do. */
  condition: string;
  /** The earliest entry of those who wait. */
  since: string;
}

const COLUMNS =
  'pipeline, step_id, due_at, user_id, key, run_id, version, entered_at, event, condition, columns, row, state, port, released_by, fence';
const KEPT = 'pipeline, step_id, due_at, user_id, key, run_id, version, entered_at, event, condition, columns, row';
const into = (database: string): Sql => sql`INSERT INTO ${table(database)} (${{ parts: [COLUMNS] }})`;

/** Fences of rows as they are written first, and of those that were put to wait twice at once. */
const ENTERED = 0;
const DOUBLED = 1;

/**
 * Puts users to wait, but for those who wait at the step for the same key already. Written twice, it is written once.
 * Due times before the entry are the entry's.
 */
export function enterQuery(database: string, entry: Entry): Sql {
  const { pipeline, version, stepId, runId, enteredAt, users, key, dueAt, event = '' } = entry;
  const condition = entry.condition ? JSON.stringify(entry.condition) : '';
  const row = sql`toJSONString(CAST(tuple(${join(users.columns.map(({ name }) => sourceColumn(name)))}), ${bind('String', tupleType(users.columns))}))`;
  const keyed = key ? sql`ifNull(toString(${sourceColumn(key)}), '')` : sql`''`;
  const rows = sql`SELECT source.user_id AS who, ${keyed} AS entry_key, ${dueAt} AS due, ${row} AS cells FROM (${users.sql}) AS source WHERE source.user_id != '' ORDER BY due, cells LIMIT 1 BY who, entry_key`;
  const there = sql`SELECT user_id, key FROM ${table(database)} FINAL WHERE ${at(pipeline, stepId)} AND (state = 'waiting' OR run_id = ${runId})`;
  const entered = instant(enteredAt);
  return sql`${into(database)} SELECT ${pipeline}, ${stepId}, greatest(ifNull(due, ${entered}), ${entered}), who, entry_key, ${runId}, ${bind('UInt32', version)}, ${entered}, ${event}, ${condition}, ${bind('String', columnsText(users.columns))}, cells, 'waiting', '', '', ${bind('UInt64', ENTERED)} FROM (${rows}) WHERE (who, entry_key) NOT IN (${there})`;
}

/** Takes out users whom another run put to wait at the same moment; of the two the earlier entry stays. */
export function undoubleQuery(database: string, { pipeline, stepId, runId, enteredAt }: Entry): Sql {
  const here = sql`${at(pipeline, stepId)} AND state = 'waiting'`;
  const earlier = sql`SELECT user_id, key FROM ${table(database)} FINAL WHERE ${here} AND run_id != ${runId} AND (entered_at, run_id) < (${instant(enteredAt)}, ${runId})`;
  const mine = sql`SELECT ${{ parts: [KEPT] }} FROM ${table(database)} FINAL WHERE ${here} AND run_id = ${runId} AND (user_id, key) IN (${earlier})`;
  return sql`${into(database)} SELECT *, 'removed', '', '', ${bind('UInt64', DOUBLED)} FROM (${mine})`;
}

/** How many users a run put to wait at a step: SELECT users. */
export function enteredCountQuery(database: string, { pipeline, stepId, runId }: Entry): Sql {
  return sql`SELECT count() AS users FROM ${table(database)} FINAL WHERE ${at(pipeline, stepId)} AND run_id = ${runId} AND NOT (state = 'removed' AND fence = ${bind('UInt64', DOUBLED)})`;
}

/** Where somebody is due: SELECT pipeline, version, stepId, columns. */
export function dueGroupsQuery(database: string, now: string): Sql {
  return groups(sql`${table(database)} FINAL WHERE state = 'waiting' AND due_at <= ${instant(now)}`);
}

/** The events that somebody waits for: SELECT the fields of {@link AwaitedEvent}. Some may wait no more. */
export function awaitedEventsQuery(database: string): Sql {
  return sql`SELECT toString(event) AS event, toString(condition) AS condition, min(entered_at) AS since FROM ${table(database)} WHERE event != '' AND state = 'waiting' GROUP BY event, condition`;
}

/**
 * The events until an instant that are as somebody awaits them: SELECT user_id, event, condition, timestamp.
 * @param hasIdentities whether events of visitors may be those of users
 */
export function awaitedEvents(
  database: string,
  { event, condition, since }: AwaitedEvent,
  { now, timezone, hasIdentities }: { now: string; timezone: string; hasIdentities: boolean },
): Sql {
  const where = sql`event = ${event} AND timestamp >= ${instant(since)} AND timestamp <= ${instant(now)}`;
  const [own, ...borrowed] = resolvedEvents(database, [], where);
  const from = { asOf: now, timezone };
  const holds = condition ? compileCondition(conditionOfText(condition), resolveProperty, from) : sql`true`;
  const found = [own, ...(hasIdentities ? borrowed : [])].flatMap((select) =>
    select ? [sql`SELECT user_id, event, ${condition} AS condition, timestamp FROM (${select}) WHERE ${holds}`] : [],
  );
  return join(found, ' UNION ALL ');
}

/** Where the event that somebody waits for has happened: SELECT pipeline, version, stepId, columns. */
export function happenedGroupsQuery(database: string, events: Sql): Sql {
  return groups(sql`(${happenedRows(database, events)})`);
}

function groups(from: Sql): Sql {
  return sql`SELECT DISTINCT toString(pipeline) AS pipeline, version, toString(step_id) AS stepId, toString(columns) AS columns FROM ${from} ORDER BY pipeline, version, stepId, columns`;
}

/** Marks those whose event has happened as released by a run, at a port. */
export function claimHappenedQuery(database: string, group: WaitingGroup, events: Sql, claim: Claim): Sql {
  return claimed(database, sql`SELECT * FROM (${happenedRows(database, events, group)})`, claim);
}

/** Marks those who are due as released by a run, at a port. */
export function claimDueQuery(database: string, group: WaitingGroup, now: string, claim: Claim): Sql {
  const due = sql`SELECT ${{ parts: [KEPT] }} FROM ${table(database)} FINAL WHERE ${ofGroup(group)} AND state = 'waiting' AND due_at <= ${instant(now)}`;
  return claimed(database, due, claim);
}

/** Marks those whom a run put to wait as released by another, at a port. */
export function claimEnteredQuery(database: string, group: WaitingGroup, enteredBy: string, claim: Claim): Sql {
  const entered = sql`SELECT ${{ parts: [KEPT] }} FROM ${table(database)} FINAL WHERE ${ofGroup(group)} AND run_id = ${enteredBy} AND state = 'waiting'`;
  return claimed(database, entered, claim);
}

/** Where users wait whom a run put there: SELECT pipeline, version, stepId, columns. */
export function enteredGroupsQuery(database: string, of: { pipeline: string; stepId: string; runId: string }): Sql {
  return groups(
    sql`${table(database)} FINAL WHERE ${at(of.pipeline, of.stepId)} AND run_id = ${of.runId} AND state = 'waiting'`,
  );
}

/** Takes everybody out who waits at the steps of a pipeline, or at one of them, or one user. */
export function removeQuery(database: string, of: WaitingPlaces, fence: number): Sql {
  const rows = sql`SELECT ${{ parts: [KEPT] }} FROM ${table(database)} FINAL WHERE ${waitingOf(of)}`;
  return sql`${into(database)} SELECT *, 'removed', '', '', ${bind('UInt64', fence)} FROM (${rows})`;
}

/** Who waits in a pipeline: all, those at one of its steps, one user, those whose id has a text in it. */
export interface WaitingPlaces {
  pipeline: string;
  stepId?: string | undefined;
  userId?: string | undefined;
  search?: string;
}

/** Who releases, and where those go on. */
export interface Claim {
  runId: string;
  port: string;
  fence: number;
}

function claimed(database: string, rows: Sql, { runId, port, fence }: Claim): Sql {
  return sql`${into(database)} SELECT *, 'released', ${port}, ${runId}, ${bind('UInt64', fence)} FROM (${rows})`;
}

/** Rows of those who wait for an event that happened since their entry and before they are due. */
function happenedRows(database: string, events: Sql, group?: WaitingGroup): Sql {
  const kept = KEPT.split(', ').map((name) => sql`waits.${identifier(name)} AS ${identifier(name)}`);
  const where = group ? sql` AND ${ofGroup(group)}` : sql``;
  const waits = sql`SELECT ${{ parts: [KEPT] }} FROM ${table(database)} FINAL WHERE state = 'waiting' AND event != ''${where}`;
  return sql`SELECT ${join(kept)} FROM (${waits}) AS waits INNER JOIN (${events}) AS found ON found.user_id = waits.user_id AND found.event = waits.event AND found.condition = waits.condition WHERE found.timestamp >= waits.entered_at AND found.timestamp <= waits.due_at LIMIT 1 BY waits.pipeline, waits.step_id, waits.due_at, waits.user_id, waits.key, waits.run_id`;
}

/** Whom a run releases: SELECT port, cells: a tuple of the columns. */
export function releasedQuery(database: string, group: WaitingGroup, runId: string): Sql {
  const type = tupleType(columnsOfText(group.columns));
  return sql`SELECT toString(port) AS port, JSONExtract(row, ${bind('String', type)}) AS cells FROM ${table(database)} FINAL WHERE ${ofGroup(group)} AND released_by = ${runId} AND state = 'released'`;
}

/** The users of one port out of a table of {@link releasedQuery}. */
export function releasedRelation(released: Sql, port: string, columns: Column[]): Relation {
  return {
    sql: sql`SELECT ${cellColumns(columns)} FROM ${released} AS kept WHERE kept.port = ${port}`,
    columns,
  };
}

/** Who waits, step by step: SELECT step, users, nextDueAt, versions. */
export function waitingStepsQuery(database: string, pipeline: string): Sql {
  return sql`SELECT toString(step_id) AS step, count() AS users, min(due_at) AS nextDueAt, arraySort(groupUniqArray(version)) AS versions FROM ${table(database)} FINAL WHERE ${at(pipeline)} AND state = 'waiting' GROUP BY step_id ORDER BY step`;
}

/** A page of those who wait, the next ones first. */
export function waitingUsersQuery(database: string, of: WaitingPlaces, page: { limit: number; offset: number }): Sql {
  return sql`SELECT user_id AS userId, key, toString(step_id) AS step, version, entered_at AS enteredAt, due_at AS dueAt, toString(event) AS event, toString(run_id) AS run FROM ${table(database)} FINAL WHERE ${waitingOf(of)} ORDER BY due_at, user_id, key LIMIT ${bind('UInt32', page.limit)} OFFSET ${bind('UInt32', page.offset)}`;
}

/** SELECT users: how many those are. */
export function waitingCountQuery(database: string, of: WaitingPlaces): Sql {
  return sql`SELECT count() AS users FROM ${table(database)} FINAL WHERE ${waitingOf(of)}`;
}

/** Whether anybody waits: SELECT isAny. */
export function waitingAnyQuery(database: string): Sql {
  return sql`SELECT count() > 0 AS isAny FROM ${table(database)} FINAL WHERE state = 'waiting'`;
}

/** Days before an instant of which nobody waits any more: SELECT day, as a partition is called. */
export function pastDaysQuery(database: string, before: string): Sql {
  return sql`SELECT toYYYYMMDD(due_at) AS day FROM ${table(database)} FINAL WHERE due_at < ${instant(before)} GROUP BY day HAVING countIf(state = 'waiting') = 0`;
}

export function dropDayQuery(database: string, day: number): Sql {
  return sql`ALTER TABLE ${table(database)} DROP PARTITION ${{ parts: [String(Math.trunc(day))] }}`;
}

function conditionOfText(text: string): Condition {
  return JSON.parse(text) as Condition; // written when users were put to wait
}

/** The columns as they were when users began to wait. */
export function columnsOfText(text: string): Column[] {
  return JSON.parse(text) as Column[]; // written by columnsText
}

function columnsText(columns: readonly Column[]): string {
  return JSON.stringify(columns);
}

function tupleType(columns: readonly Column[]): string {
  const quoted = (name: string) => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;
  return `Tuple(${columns.map(({ name, type }) => `${quoted(name)} ${type}`).join(', ')})`;
}

function waitingOf({ pipeline, stepId, userId, search = '' }: WaitingPlaces): Sql {
  const one = userId === undefined ? sql`` : sql` AND user_id = ${userId}`;
  const named = search ? sql` AND positionCaseInsensitiveUTF8(user_id, ${search}) > 0` : sql``;
  return sql`${at(pipeline, stepId)} AND state = 'waiting'${one}${named}`;
}

function ofGroup({ pipeline, version, stepId, columns }: WaitingGroup): Sql {
  return sql`${at(pipeline, stepId)} AND version = ${bind('UInt32', version)} AND columns = ${columns}`;
}

function at(pipeline: string, stepId?: string): Sql {
  return stepId === undefined ? sql`pipeline = ${pipeline}` : sql`pipeline = ${pipeline} AND step_id = ${stepId}`;
}

function table(database: string): Sql {
  return identifier(database, 'waiting_users');
}
