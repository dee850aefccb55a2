import { z } from 'zod';
import { Column } from './columns.js';
import { Instant } from './names.js';
import { Graph } from './pipeline.js';
import { Sql } from './sql.js';

export const StepState = z.enum(['waiting', 'running', 'done', 'failed', 'skipped', 'cancelled']);
export type StepState = z.infer<typeof StepState>;

export const RunState = z.enum(['running', 'done', 'failed', 'cancelled']);
export type RunState = z.infer<typeof RunState>;

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

/** One execution of one step. `rows` counts each output port; `foot` is what its card says when rows alone do not, such as `540 sent`. */
export const StepRun = z.object({
  id: z.string(),
  uses: z.string(),
  title: z.string(),
  state: StepState,
  attempt: z.number().int(),
  rowsIn: z.number().int().nullable(),
  rows: z.record(z.string(), z.number().int()),
  foot: z.string().nullable(),
  ms: z.number().nullable(),
  /** The SQL as a person reads it, with its values written in. */
  sql: z.string().nullable(),
  error: RunError.nullable(),
  startedAt: Instant.nullable(),
  finishedAt: Instant.nullable(),
});
export type StepRun = z.infer<typeof StepRun>;

export const Run = z.object({
  id: z.string(),
  pipeline: z.string(),
  pipelineTitle: z.string(),
  version: z.number().int().nullable(),
  draft: z.boolean(),
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

/** `draft` runs what stands on the canvas: nothing is stored and nothing is sent. */
export const RunInput = z.strictObject({
  draft: z.boolean().default(false),
  asOf: Instant.optional(),
});
export type RunInput = z.infer<typeof RunInput>;

/** The first rows of an output port, as the step left them. */
export const Sample = z.object({
  port: z.string(),
  columns: z.array(Column),
  rows: z.array(z.array(z.json())),
  total: z.number().int(),
});
export type Sample = z.infer<typeof Sample>;
