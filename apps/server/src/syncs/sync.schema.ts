import type { SyncInput, SyncLogLine, SyncRun } from '@pelton/contract';
import { Schema } from 'mongoose';

/** A sync with how far it got. */
export interface SyncDoc extends Omit<SyncInput, 'cursor' | 'stream'> {
  _id: string;
  projectId: string;
  /** JSON; said so that mongoose's types need not look into it. */
  stream: Record<string, unknown>;
  cursor?: string;
  nextRunAt: Date | null;
  lastRunId: string | null;
  /** What the source said last, as JSON, with all rows before it durable; null: the next run begins with everything. */
  state: string | null;
  /** The attempt that may change the state; a worker that lost its lease is another. */
  holder: string | null;
  /** The part that rows come with now. After a death these rows are not confirmed by a state. */
  batch: string | null;
  /** A member accepted that the columns of the stream changed. */
  acceptsSchema: boolean;
  /** Rows that runs loaded, by day in UTC such as `2026-11-22`; older days are dropped with the next run. */
  daily?: Record<string, number>;
  updatedAt: Date;
}

export const SyncSchema = new Schema<SyncDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    name: { type: String, required: true },
    title: { type: String, required: true },
    connection: { type: String, required: true },
    stream: { type: Schema.Types.Mixed, required: true },
    dataset: { type: String, required: true },
    mode: { type: String, required: true },
    cursor: String,
    primaryKey: { type: [String], required: true },
    onSchemaChange: { type: String, required: true },
    schedule: Schema.Types.Mixed,
    nextRunAt: Date,
    lastRunId: String,
    state: String,
    holder: String,
    batch: String,
    acceptsSchema: { type: Boolean, required: true },
    daily: Schema.Types.Mixed,
    updatedAt: { type: Date, required: true },
  },
  { minimize: false },
);
SyncSchema.index({ projectId: 1, name: 1 }, { unique: true });
SyncSchema.index({ projectId: 1, dataset: 1 }, { unique: true });
SyncSchema.index({ nextRunAt: 1 });

/** One execution of a sync. This document is the truth; jobs only wake workers up. */
export interface SyncRunDoc extends Omit<SyncRun, 'id' | 'askedAt' | 'startedAt' | 'finishedAt'> {
  _id: string;
  projectId: string;
  syncId: string;
  /** The sync's id until the run is over and its worker has let go: no two runs of a sync at once. */
  open?: string;
  /** The sync and the time of its schedule, so that no time is run twice. */
  due?: string;
  reset: boolean;
  askedAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
  log: SyncLogLine[];
  worker?: string;
  leaseUntil?: Date;
}

export const SyncRunSchema = new Schema<SyncRunDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    syncId: { type: String, required: true },
    sync: { type: String, required: true },
    open: String,
    due: String,
    reset: { type: Boolean, required: true },
    state: { type: String, required: true },
    mode: { type: String, required: true },
    way: String,
    startedBy: { type: String, required: true },
    askedAt: { type: Date, required: true },
    startedAt: Date,
    finishedAt: Date,
    rows: { type: Number, required: true },
    bytes: { type: Number, required: true },
    attempt: { type: Number, required: true },
    error: Schema.Types.Mixed,
    schemaChange: Schema.Types.Mixed,
    log: { type: [Schema.Types.Mixed], required: true } as never,
    worker: String,
    leaseUntil: Date,
  },
  { minimize: false },
);
SyncRunSchema.index({ open: 1 }, { unique: true, sparse: true });
SyncRunSchema.index({ due: 1 }, { unique: true, sparse: true });
SyncRunSchema.index({ projectId: 1, syncId: 1, askedAt: -1 });
SyncRunSchema.index({ state: 1 });
