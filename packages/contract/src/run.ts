import { z } from 'zod';
import { Column } from './columns.js';
import { MessageSample } from './message.js';
import { Instant, StepId } from './names.js';
import { Graph } from './pipeline.js';
import { Sql } from './sql.js';

export const StepState = z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'cancelled']);
export type StepState = z.infer<typeof StepState>;

/**
 * `queued`: waits until fewer runs of its pipeline go on. `paused`: ends the steps that run and starts no others. `skipped`:
 * was left out because others went on.
 */
export const RunState = z.enum(['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'skipped']);
export type RunState = z.infer<typeof RunState>;

/** The states of runs that nothing happens to any more, unless somebody continues them. */
export const OVER_STATES = ['done', 'failed', 'cancelled', 'skipped'] as const satisfies readonly RunState[];

export function isRunOver({ state }: { state: RunState }): boolean {
  return OVER_STATES.some((over) => over === state);
}

/** What flows along an edge: a query of the warehouse with typed columns. */
export const Relation = z.object({ sql: Sql, columns: z.array(Column) });
export type Relation = z.infer<typeof Relation>;

export const RunError = z.object({
  code: z.string(),
  message: z.string(),
  field: z.string().optional(),
  port: z.string().optional(),
});
export type RunError = z.infer<typeof RunError>;

/** One execution of one step. `rows` counts each output port that was counted; `foot` is what its card says when rows alone do not, such as `540 sent`. */
export const StepRun = z.object({
  id: z.string(),
  uses: z.string(),
  title: z.string(),
  state: StepState,
  /** It did not run in this run: what it gave is of an earlier one, or came with the start. */
  seeded: z.boolean().optional(),
  /**
   * Nothing is done for it: the steps after it read through it, and end it when they end. Its rows are counted when somebody
   * asks.
   */
  readThrough: z.boolean().optional(),
  attempt: z.number().int(),
  rowsIn: z.number().int().nullable(),
  rows: z.record(z.string(), z.number().int()),
  foot: z.string().nullable(),
  /** How many users wait here, for a step at which users wait; they go on in a run of their own. */
  waiting: z.number().int().optional(),
  /** The run of another pipeline that it started, for a step that does so. */
  called: z.string().optional(),
  ms: z.number().nullable(),
  /** The SQL as a person reads it, with its values written in. */
  sql: z.string().nullable(),
  /** Why it failed; of a step that is done, why it gave no rows; of one that waits, why it is tried again. */
  error: RunError.nullable(),
  /** When it is tried again. */
  retryAt: Instant.nullable().optional(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
  /** Its rows were those of a pin of the draft; the step itself did not run. */
  pinned: z.boolean(),
});
export type StepRun = z.infer<typeof StepRun>;

/**
 * Why a run was started. `by` is what started it, when that is not a person: the id of a run, event, wait or back-fill, the name of a
 * pipeline or trigger.
 */
export const RunCause = z.object({
  kind: z.enum(['manual', 'schedule', 'event', 'webhook', 'pipeline', 'alert', 'backfill', 'wait']),
  by: z.string().optional(),
});
export type RunCause = z.infer<typeof RunCause>;

export const Run = z.object({
  id: z.string(),
  pipeline: z.string(),
  pipelineTitle: z.string(),
  version: z.number().int().nullable(),
  /** Ran the draft; a draft run is dry. */
  draft: z.boolean(),
  /** Stored and sent nothing. */
  dry: z.boolean(),
  cause: RunCause,
  asOf: Instant,
  state: RunState,
  graph: Graph,
  steps: z.array(StepRun),
  startedBy: z.string(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
  /** Grows with each change, so that a reader knows what is new. */
  revision: z.number().int(),
});
export type Run = z.infer<typeof Run>;

/** A line of the runs page. */
export const RunSummary = Run.omit({ graph: true, steps: true }).extend({
  steps: z.object({ total: z.number().int(), done: z.number().int(), failed: z.array(z.string()) }),
});
export type RunSummary = z.infer<typeof RunSummary>;

/** A part of a pipeline: one step, or that step and all that come after it. What comes before is taken from an earlier run. */
export const RunPart = z.strictObject({ step: StepId, andAfter: z.boolean().default(false) });
export type RunPart = z.infer<typeof RunPart>;

/**
 * `draft` runs what stands on the canvas, else the live version runs. A draft run is dry: nothing is stored and nothing is
 * sent; `dry` does the same with the live version.
 */
export const RunInput = z.strictObject({
  draft: z.boolean().default(false),
  dry: z.boolean().default(false),
  part: RunPart.optional(),
  asOf: Instant.optional(),
});
export type RunInput = z.infer<typeof RunInput>;

/** The first rows of an output port, as the step left them. */
export const Sample = z.object({
  port: z.string(),
  columns: z.array(Column),
  rows: z.array(z.array(z.json())),
  total: z.number().int(),
  /** The first of the messages that a dry run would have sent. */
  messages: z.array(MessageSample).optional(),
});
export type Sample = z.infer<typeof Sample>;

/** What became of one step in one run of its pipeline. */
export const StepHistory = z.object({
  run: z.string(),
  draft: z.boolean(),
  version: z.number().int().nullable(),
  startedAt: Instant,
  step: StepRun,
});
export type StepHistory = z.infer<typeof StepHistory>;
