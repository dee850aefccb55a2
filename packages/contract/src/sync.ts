import { z } from 'zod';
import { Column } from './columns.js';
import { Instant, Name, Title } from './names.js';
import { Schedule } from './schedule.js';
import { JsonSchema } from './ui.js';

/**
 * How a sync brings rows in.
 * - `full_refresh`: all rows each time, into a new generation that takes the place of the old one when it is whole
 * - `incremental`: what is new or changed since the last time, told by a cursor or by the source's own state
 */
export const SyncMode = z.enum(['full_refresh', 'incremental']);
export type SyncMode = z.infer<typeof SyncMode>;

/** How a destination takes rows: adds them all, or changes those with the same key and adds the others. */
export const WriteMode = z.enum(['append', 'update']);
export type WriteMode = z.infer<typeof WriteMode>;

/**
 * What happens when the stream's columns are no longer those of the dataset.
 * - `add-columns`: new ones are added, missing ones stay empty; a type that does not fit stops and asks
 * - `stop`: any change stops and asks
 */
export const SchemaPolicy = z.enum(['add-columns', 'stop']);
export type SchemaPolicy = z.infer<typeof SchemaPolicy>;

export const SyncInput = z.strictObject({
  name: Name,
  title: Title,
  connection: Name,
  /** What the connector asks for a stream; `stream` names it. */
  stream: JsonSchema,
  /** The dataset that it loads; another sync may not load the same. */
  dataset: Name,
  mode: SyncMode.default('full_refresh'),
  /** The column that tells what is new; not needed when the source keeps a state of its own. */
  cursor: z.string().min(1).optional(),
  /** Columns that tell rows apart; without them an incremental sync only adds rows. */
  primaryKey: z.array(z.string().min(1)).max(8).default([]),
  onSchemaChange: SchemaPolicy.default('add-columns'),
  schedule: Schedule.nullable().default(null),
});
export type SyncInput = z.infer<typeof SyncInput>;

/** What is different between a stream and its dataset. `stops` are the changes that a member has to accept. */
export const SchemaChange = z.object({
  added: z.array(Column),
  missing: z.array(z.string()),
  changed: z.array(z.object({ name: z.string(), from: z.string(), to: z.string() })),
});
export type SchemaChange = z.infer<typeof SchemaChange>;

export const SyncRunState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled']);
export type SyncRunState = z.infer<typeof SyncRunState>;

export const SyncLogLine = z.object({ at: Instant, level: z.enum(['info', 'warn', 'error']), message: z.string() });
export type SyncLogLine = z.infer<typeof SyncLogLine>;

/** One execution of a sync. */
export const SyncRun = z.object({
  id: z.string(),
  sync: Name,
  state: SyncRunState,
  mode: SyncMode,
  /** Whether the warehouse reads the source itself, or rows come through Pelton; unknown until it began. */
  way: z.enum(['pushdown', 'streamed']).nullable(),
  /** A member's name, or `schedule`. */
  startedBy: z.string(),
  askedAt: Instant,
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  /** Rows read so far. */
  rows: z.number().int(),
  /** Of these rows as JSON when they are streamed, as the warehouse holds them when it reads itself. */
  bytes: z.number().int(),
  /** How often it was begun; more than once when a process died. */
  attempt: z.number().int(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  /** Present when the run stopped because the stream's columns changed. */
  schemaChange: SchemaChange.nullable(),
});
export type SyncRun = z.infer<typeof SyncRun>;

/** A run with what it said, the latest 500 lines. */
export const SyncRunDetail = SyncRun.extend({ log: z.array(SyncLogLine) });
export type SyncRunDetail = z.infer<typeof SyncRunDetail>;

export const Sync = SyncInput.extend({
  /** The next time by the schedule. */
  nextRunAt: Instant.nullable(),
  lastRun: SyncRun.nullable(),
  /** Whether the next incremental run goes on from a saved place; false: it begins with everything. */
  hasState: z.boolean(),
  /** Rows that runs loaded on each of the last 14 days in UTC, the oldest first; days without a run are left out. */
  daily: z.array(z.object({ day: z.iso.date(), rows: z.number().int() })),
  updatedAt: Instant,
});
export type Sync = z.infer<typeof Sync>;

/** How to run a sync now. `reset` forgets the saved place and loads everything anew. */
export const SyncRunInput = z.strictObject({ reset: z.boolean().default(false) });
export type SyncRunInput = z.infer<typeof SyncRunInput>;
