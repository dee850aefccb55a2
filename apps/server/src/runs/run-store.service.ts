import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import type { RunDoc, RunProgress, StepOutputDoc, StepRunDoc } from './run.schema.js';
import { WORKER_ID } from './worker-id.js';

const NO_DEFINITIONS: Record<string, 0> = { graph: 0, definitions: 0 };
/** From so many deaths on, a step runs alone, so that the next one is its own doing. */
export const DEATHS_IN_COMPANY = 2;

/** One attempt at a step: who may still commit what it did. */
export interface Attempt {
  runId: string;
  stepId: string;
  attempt: number;
}

/** Changes run documents, each by one atomic update that says what it expects to find. */
@Injectable()
export class RunStore {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
  ) {}

  find(runId: string): Promise<RunProgress | null> {
    return this.runs.findById(runId, NO_DEFINITIONS).lean();
  }

  /** Runs in which a step may be at work or could be. */
  open(): Promise<Pick<RunDoc, '_id' | 'steps'>[]> {
    return this.runs.find({ state: { $in: ['running', 'paused'] } }, { steps: 1 }).lean();
  }

  /**
   * Takes a waiting step for this process, under the next number of attempt.
   * @param isAlone whether nothing else runs in this process; a step that was there at several deaths is not taken otherwise
   */
  claim(runId: string, stepId: string, isAlone: boolean): Promise<RunDoc | null> {
    const waiting = {
      id: stepId,
      state: 'waiting',
      ...(!isAlone && { deaths: { $not: { $gte: DEATHS_IN_COMPANY } } }),
    };
    return this.runs
      .findOneAndUpdate(
        { _id: runId, state: 'running', steps: { $elemMatch: waiting } },
        {
          $set: { 'steps.$.state': 'running', 'steps.$.worker': WORKER_ID, 'steps.$.startedAt': new Date() },
          $unset: { 'steps.$.error': 1, 'steps.$.finishedAt': 1, 'steps.$.retry': 1 },
          $inc: { revision: 1, 'steps.$.attempt': 1, 'steps.$.beat': 1 },
        },
        { returnDocument: 'after' },
      )
      .lean();
  }

  /** Says that this process is alive and at the step. @returns false when the step is not its any more, or the run was cancelled */
  async beat({ runId, stepId, attempt }: Attempt): Promise<boolean> {
    const mine = { id: stepId, attempt, state: 'running', worker: WORKER_ID };
    const { matchedCount } = await this.runs.updateOne(
      { _id: runId, state: { $in: ['running', 'paused'] }, steps: { $elemMatch: mine } },
      { $inc: { 'steps.$.beat': 1 } },
    );
    return matchedCount > 0;
  }

  /** The outputs of an attempt become those of the step only when the attempt ends it. */
  async keepOutput({ runId, stepId, attempt }: Attempt, output: Partial<StepOutputDoc>): Promise<void> {
    await this.outputs.updateOne(
      { _id: outputId(runId, { id: stepId, attempt }) },
      { $set: { runId, stepId, ...output } },
      { upsert: true },
    );
  }

  /** What the steps of a run gave that count: of each only the attempt that ended it. */
  async outputsOf(runId: string): Promise<Omit<StepOutputDoc, 'samples'>[]> {
    return this.outputs.find({ runId }, { samples: 0 }).lean();
  }

  /** Ends an attempt of this process, or gives it back. @returns the run after that; null when the step is not its any more */
  end({ runId, stepId, attempt }: Attempt, change: Partial<StepRunDoc>): Promise<RunProgress | null> {
    return this.setStep(runId, { id: stepId, attempt, state: 'running', worker: WORKER_ID }, change);
  }

  /** Changes a step if it still is as expected. */
  setStep(runId: string, expected: Partial<StepRunDoc>, change: Partial<StepRunDoc>): Promise<RunProgress | null> {
    const set = Object.fromEntries(Object.entries(change).map(([field, value]) => [`steps.$.${field}`, value]));
    return this.runs
      .findOneAndUpdate(
        { _id: runId, steps: { $elemMatch: expected } },
        { $set: set, $inc: { revision: 1 } },
        { returnDocument: 'after', projection: NO_DEFINITIONS },
      )
      .lean();
  }

  /** Ends the run, if nothing changed since it was read. */
  async finish({ _id, revision }: RunProgress, state: 'done' | 'failed'): Promise<boolean> {
    const { modifiedCount } = await this.runs.updateOne(
      { _id, state: { $in: ['running', 'paused'] }, revision },
      { $set: { state, finishedAt: new Date() }, $inc: { revision: 1 } },
    );
    return modifiedCount > 0;
  }
}

/** Outputs are of an attempt: only those of the attempt that ended the step are ever read. */
export function outputId(runId: string, { id, attempt }: Pick<StepRunDoc, 'id' | 'attempt'>): string {
  return `${runId}/${id}/${attempt}`;
}
