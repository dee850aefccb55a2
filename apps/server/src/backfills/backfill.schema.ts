import type { BackfillInput, RunState } from '@pelton/contract';
import { Schema } from 'mongoose';

/** A period as it was settled at the start; its end is what its run is as of. */
export interface PeriodDoc {
  from: Date;
  to: Date;
  /** An earlier back-fill has done it. */
  isSkipped?: boolean;
  /** How its run ended, which is known when the run is not kept any more. */
  ended?: RunState;
}

/** What is to be run. How far it is follows from the runs that are kept and the ends of the others; their ids follow from the back-fill and the period. */
export interface BackfillDoc extends BackfillInput {
  _id: string;
  projectId: string;
  pipelineId: string;
  pipeline: string;
  version: number;
  /** `over`: every period has a run that is over, or no more can be started. */
  state: 'running' | 'over' | 'cancelled';
  /** The pipeline's id while this is running, so that a pipeline has one running back-fill at most. */
  runningOf?: string;
  periods: PeriodDoc[];
  error?: string;
  startedBy: string;
  startedAt: Date;
  finishedAt?: Date;
}

export const BackfillSchema = new Schema<BackfillDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    pipelineId: { type: String, required: true },
    pipeline: { type: String, required: true },
    version: { type: Number, required: true },
    from: { type: String, required: true },
    to: { type: String, required: true },
    every: { type: String, required: true },
    parallel: { type: Number, required: true },
    again: { type: Boolean, required: true },
    state: { type: String, required: true },
    runningOf: String,
    periods: { type: [Schema.Types.Mixed], required: true } as never,
    error: String,
    startedBy: { type: String, required: true },
    startedAt: { type: Date, required: true },
    finishedAt: Date,
  },
  { minimize: false },
);
BackfillSchema.index({ projectId: 1, pipeline: 1, startedAt: -1 });
BackfillSchema.index({ state: 1, finishedAt: 1 });
BackfillSchema.index({ runningOf: 1 }, { unique: true, sparse: true });
