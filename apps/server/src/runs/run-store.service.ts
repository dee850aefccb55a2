import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import type { RunDoc, RunProgress, StepOutputDoc, StepRunDoc } from './run.schema.js';
import type { BlamedStep, Passed } from './pass-through.service.js';
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
    const { matchedCount } = await this.runs.updateOne(
      { _id: runId, state: { $in: ['running', 'paused'] }, steps: { $elemMatch: mine(stepId, attempt) } },
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

  /** What steps that were read through gave. Whoever writes it first or again writes the same. */
  async keepPassed(passed: readonly Passed[]): Promise<void> {
    if (passed.length === 0) return;
    const given = passed.map(({ _id, runId, stepId, relations }) => ({ _id, runId, stepId, relations, samples: {} }));
    try {
      await this.outputs.insertMany(given, { ordered: false, lean: true });
    } catch (error) {
      if (!isDuplicate(error)) throw error;
    }
  }

  /**
   * Ends an attempt of this process, or gives it back.
   * @param passed steps that it read through and that are done with it
   * @returns the run after that; null when the step is not its any more
   */
  end(
    { runId, stepId, attempt }: Attempt,
    change: Partial<StepRunDoc>,
    passed: readonly Pick<Passed, 'stepId' | 'sql'>[] = [],
  ): Promise<RunProgress | null> {
    return this.setStep(runId, mine(stepId, attempt), change, doneWith(passed));
  }

  /**
   * Ends an attempt at the last step of a run, and the run with it, in one write.
   * @param run as it was when the step was claimed
   * @returns null when something changed since then, or the step is not its any more
   */
  endWithRun(
    run: RunDoc,
    { stepId, attempt }: Attempt,
    change: Partial<StepRunDoc>,
    passed: readonly Pick<Passed, 'stepId' | 'sql'>[],
  ): Promise<RunProgress | null> {
    const { _id, revision } = run;
    const expected = { _id, revision, state: 'running' as const };
    return this.changeStep(expected, mine(stepId, attempt), change, {
      others: doneWith(passed),
      run: { state: 'done', finishedAt: new Date() },
    });
  }

  /**
   * Ends an attempt of this process and takes the step that follows, in one write.
   * @param run as it was when the step was claimed
   * @param follower a step that nobody tried yet
   * @returns the run after that; null when somebody else was first to take the follower, the run does not go on, or the step
   *   is not its any more
   */
  async endAndClaim(
    run: RunDoc,
    { stepId, attempt }: Attempt,
    change: Partial<StepRunDoc>,
    { passed, follower }: { passed: readonly Pick<Passed, 'stepId' | 'sql'>[]; follower: string },
  ): Promise<RunProgress | null> {
    const expected = { _id: run._id, state: 'running' as const };
    const claimed = {
      expected: { id: follower, state: 'waiting' as const, attempt: 0 },
      change: { state: 'running' as const, worker: WORKER_ID, startedAt: new Date(), attempt: 1, beat: 1 },
    };
    return this.changeStep(expected, mine(stepId, attempt), change, {
      others: [...doneWith(passed), claimed],
      only: [claimed.expected],
    });
  }

  /**
   * Ends an attempt of this process because of a step that it read through, which fails in its place; those before that one
   * are done with it.
   */
  blame(
    { runId, stepId, attempt }: Attempt,
    { stepId: culprit, before }: Pick<BlamedStep, 'stepId' | 'before'>,
    { error, ms, finishedAt }: Pick<StepRunDoc, 'error' | 'ms'> & { finishedAt: Date },
  ): Promise<RunProgress | null> {
    const failed = { expected: { id: culprit }, change: { state: 'failed' as const, error, finishedAt } };
    const others = [...doneWith(before), failed];
    return this.setStep(runId, mine(stepId, attempt), { state: 'skipped', ms, finishedAt }, others);
  }

  /** Lets a step go on that waits for the end of another run. @returns its run; null when it does not wait for it */
  wake(runId: string, awaits: string): Promise<RunProgress | null> {
    return this.runs
      .findOneAndUpdate(
        { _id: runId, steps: { $elemMatch: { awaits, state: 'waiting' } } },
        { $unset: { 'steps.$.retry': 1 }, $inc: { revision: 1 } },
        { returnDocument: 'after', projection: NO_DEFINITIONS },
      )
      .lean();
  }

  /**
   * Changes a step if it still is as expected.
   * @param others changed in the same write, those of them that are as expected
   */
  setStep(
    runId: string,
    expected: Partial<StepRunDoc>,
    change: Partial<StepRunDoc>,
    others: readonly StepChange[] = [],
  ): Promise<RunProgress | null> {
    return this.changeStep({ _id: runId }, expected, change, { others });
  }

  private changeStep(
    which: Partial<RunDoc>,
    expected: Partial<StepRunDoc>,
    change: Partial<StepRunDoc>,
    {
      others,
      run = {},
      only = [],
    }: { others: readonly StepChange[]; run?: Partial<RunDoc>; only?: Partial<StepRunDoc>[] },
  ): Promise<RunProgress | null> {
    const steps = [{ expected, change }, ...others].map((step, index) => ({ ...step, place: `s${index}` }));
    const fields = steps.flatMap((step) =>
      Object.entries(step.change).map(([field, value]) => [`steps.$[${step.place}].${field}`, value]),
    );
    const arrayFilters = steps.map((step) =>
      Object.fromEntries(Object.entries(step.expected).map(([field, value]) => [`${step.place}.${field}`, value])),
    );
    return this.runs
      .findOneAndUpdate(
        { ...which, $and: [expected, ...only].map((step) => ({ steps: { $elemMatch: step } })) },
        { $set: { ...run, ...Object.fromEntries(fields) }, $inc: { revision: 1 } },
        { returnDocument: 'after', projection: NO_DEFINITIONS, arrayFilters },
      )
      .lean();
  }

  /** Ends the run, if nothing changed since it was read. What still waits is read through by nobody any more. */
  async finish({ _id, revision }: RunProgress, state: 'done' | 'failed'): Promise<boolean> {
    const { modifiedCount } = await this.runs.updateOne(
      { _id, state: { $in: ['running', 'paused'] }, revision },
      { $set: { state, finishedAt: new Date(), 'steps.$[left].state': 'skipped' }, $inc: { revision: 1 } },
      { arrayFilters: [{ 'left.state': 'waiting' }] },
    );
    return modifiedCount > 0;
  }
}

/** A step that is changed if it still is as expected. */
interface StepChange {
  expected: Partial<StepRunDoc>;
  change: Partial<StepRunDoc>;
}

function doneWith(passed: readonly Pick<Passed, 'stepId' | 'sql'>[]): StepChange[] {
  return passed.map(({ stepId: id, sql }) => ({
    expected: { id, state: 'waiting' },
    change: { state: 'done', sql, error: null },
  }));
}

function mine(id: string, attempt: number) {
  return { id, attempt, state: 'running' as const, worker: WORKER_ID };
}

/** Outputs are of an attempt: only those of the attempt that ended the step are ever read. */
export function outputId(runId: string, { id, attempt }: Pick<StepRunDoc, 'id' | 'attempt'>): string {
  return `${runId}/${id}/${attempt}`;
}
