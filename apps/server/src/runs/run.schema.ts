import type { Relation, Run, RunCause, Sample, Sql, StepRun } from '@pelton/contract';
import { Schema } from 'mongoose';
import type { FrozenDefinitions } from '../steps/run-definitions.js';
import type { Turn } from './turn.js';

/** A step run with what the engine needs besides. `attempt` is the fencing token: what a worker commits names its attempt. */
export interface StepRunDoc extends Omit<StepRun, 'startedAt' | 'finishedAt' | 'retryAt' | 'pinned'> {
  startedAt?: Date;
  finishedAt?: Date;
  /** The process that is at it, and a number that it counts up while it lives. */
  worker?: string;
  beat?: number;
  /** How often it failed in a row, and when it is tried again after which pause. */
  tries?: number;
  retry?: { at: Date; waitMs: number };
  /** The run whose end it waits for, while it does and while it looks how that ended. */
  awaits?: string;
  /** How often the process that was at it died or fell silent. */
  deaths?: number;
  /** Of a draft run: the pin whose rows stand for this step. */
  pin?: string;
}

/** One execution of a pipeline. This document is the truth; jobs only wake workers up. */
export interface RunDoc {
  _id: string;
  projectId: string;
  pipeline: string;
  pipelineTitle: string;
  version?: number;
  draft: boolean;
  /** Stores and sends nothing; a draft run always does so. */
  dry?: boolean;
  /** Absent in runs of before causes were noted, which people started. */
  cause?: RunCause;
  /** From 1, after those without; see `Launch`. */
  priority?: number;
  /** How many runs of its pipeline may go on at once; absent when nothing limits it. */
  turn?: Turn;
  /** The place among the runs that go on at once, which no two may have. Whoever needs it takes it from a run that is over. */
  slot?: string;
  /** Pipelines that start after this one have not been told of its end. */
  endUntold?: boolean;
  /** Earlier runs whose tables its seeds read. */
  readsRuns?: string[];
  asOf: Date;
  state: Run['state'];
  graph: Run['graph'];
  definitions: FrozenDefinitions;
  /** The project's, in which days and months of this run begin. */
  timezone: string;
  /** Which steps each step waits for. */
  waits: Record<string, string[]>;
  /** Of steps that are wired to the error of others: whose. */
  handles?: Record<string, string[]>;
  steps: StepRunDoc[];
  startedBy: string;
  startedAt: Date;
  finishedAt?: Date;
  revision: number;
}

export const RunSchema = new Schema<RunDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    pipeline: { type: String, required: true },
    pipelineTitle: { type: String, required: true },
    version: Number,
    draft: { type: Boolean, required: true },
    dry: Boolean,
    cause: Schema.Types.Mixed,
    priority: Number,
    turn: Schema.Types.Mixed,
    slot: String,
    endUntold: Boolean,
    readsRuns: { type: [String], default: undefined },
    asOf: { type: Date, required: true },
    state: { type: String, required: true },
    graph: { type: Schema.Types.Mixed, required: true },
    definitions: { type: Schema.Types.Mixed, required: true },
    timezone: { type: String, required: true },
    waits: { type: Schema.Types.Mixed, required: true },
    handles: Schema.Types.Mixed,
    steps: { type: [Schema.Types.Mixed], required: true } as never,
    startedBy: { type: String, required: true },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
    revision: { type: Number, required: true },
  },
  { minimize: false },
);
RunSchema.index({ projectId: 1, pipeline: 1, startedAt: -1 });
RunSchema.index({ state: 1 });
// Runs that wait for their turn, in the order in which they are given one.
RunSchema.index(
  { projectId: 1, pipeline: 1, priority: 1, startedAt: 1, _id: 1 },
  { partialFilterExpression: { state: 'queued' } },
);
RunSchema.index({ slot: 1 }, { unique: true, sparse: true });
RunSchema.index({ endUntold: 1 }, { sparse: true });
RunSchema.index({ 'cause.by': 1 }, { sparse: true });

/** A run without what was frozen at its start. */
export type RunProgress = Omit<RunDoc, 'graph' | 'definitions'>;

/** What a step run gave to those after it, and the first rows of it for people. */
export interface StepOutputDoc {
  _id: string;
  runId: string;
  stepId: string;
  relations: Record<string, Relation>;
  samples: Record<string, Sample>;
  drafted?: { table: 'events' | 'user_traits' | 'item_properties'; rows: Sql };
}

export const StepOutputSchema = new Schema<StepOutputDoc>(
  {
    _id: String,
    runId: { type: String, required: true, index: true },
    stepId: { type: String, required: true },
    relations: { type: Schema.Types.Mixed, required: true },
    samples: { type: Schema.Types.Mixed, required: true },
    drafted: Schema.Types.Mixed,
  },
  { minimize: false },
);
