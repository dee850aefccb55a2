import { Inject, Injectable } from '@nestjs/common';
import { AppError, isRunOver, type RunCause } from '@pelton/contract';
import { PinoLogger } from 'nestjs-pino';
import { CONFIG, type Config } from '../config.js';
import { RunCleaner } from './run-cleaner.service.js';
import { nextOf } from './run-progress.js';
import type { RunDoc, RunProgress, StepRunDoc } from './run.schema.js';
import { DEATHS_IN_COMPANY, RunStore } from './run-store.service.js';
import { RunTurns } from './run-turns.service.js';
import { SoloGate } from './solo-gate.js';
import { StepAttempts } from './step-attempts.service.js';
import { StepExecutor } from './step-executor.service.js';
import { type StepJob, StepQueue } from './step-queue.service.js';

/** After so many deaths a step is not tried again by itself. */
const MOST_DEATHS = 3;

/**
 * Moves runs on. The run document is the truth: a step is claimed there, its end is written there by the one who
 * claimed it, and what may start next follows from it. So any process may die at any moment, and any job may come twice.
 */
@Injectable()
export class RunEngine {
  private readonly gate = new SoloGate();
  private readonly isWorker: boolean;
  /** Jobs that this process is at. */
  private atWork = 0;

  constructor(
    @Inject(CONFIG) { role }: Config,
    private readonly store: RunStore,
    private readonly queue: StepQueue,
    private readonly turns: RunTurns,
    private readonly attempts: StepAttempts,
    private readonly executor: StepExecutor,
    private readonly cleaner: RunCleaner,
    private readonly logger: PinoLogger,
  ) {
    this.isWorker = role !== 'api';
  }

  /**
   * Wakes workers for every step of a new run that may start now. Where nothing is at work, this process begins with one of
   * them itself, since waking it up by a job would take longer; the reconciler finds the run if it dies over that.
   */
  async start(run: RunProgress): Promise<void> {
    const [first, ...others] = await this.next(run);
    for (const other of others) await this.queue.add(other);
    if (first && this.isWorker && this.atWork === 0) this.begin(first);
    else if (first) await this.queue.add(first);
  }

  private begin(job: StepJob): void {
    this.work(job).catch((error: unknown) => this.logger.warn({ err: error, ...job }, 'run.not-begun'));
  }

  /** Wakes workers for every step that may start now, though they may have been told before; ends the run when none is left. */
  async advance(runId: string): Promise<void> {
    const run = await this.store.find(runId);
    const attempts = new Map(run?.steps.map(({ id, attempt }) => [id, attempt]));
    for (const job of await this.next(run)) await this.queue.addAgain(job, attempts.get(job.stepId) ?? 0);
  }

  /** Starts the queued runs of a pipeline that may start now. */
  async giveTurns({ projectId, pipeline }: Pick<RunDoc, 'projectId' | 'pipeline'>): Promise<void> {
    for (const id of await this.turns.give(projectId, pipeline)) await this.advance(id);
  }

  /** Does a step, then goes on with one that it made ready; the others get jobs of their own. */
  async work(job: StepJob): Promise<void> {
    this.atWork += 1;
    try {
      await this.goFrom(job);
    } finally {
      this.atWork -= 1;
    }
  }

  private async goFrom(job: StepJob): Promise<void> {
    let doing: StepJob | undefined = job;
    while (doing && !this.attempts.isDraining) {
      const at: StepJob = doing;
      const after = await this.gate.pass(at.isSuspect ?? false, () => this.chain(at));
      if (after && isRunOver(after)) await this.tidy(after);
      const [first, ...others]: StepJob[] = await this.next(after);
      for (const other of others) await this.queue.add(other);
      doing = first;
    }
  }

  /** Does a step and those that follow it, each of which is taken with the end of the one before it. */
  private async chain({ runId, stepId, isSuspect = false }: StepJob): Promise<RunProgress | null> {
    let made = await this.attempts.make(runId, stepId, isSuspect);
    while (made.next) {
      for (const other of await this.next(made.after)) await this.queue.add(other);
      made = await this.attempts.goOn(made.next);
    }
    return made.after;
  }

  /** Takes a step from a process that is gone or silent. */
  async takeBack(runId: string, { id, attempt, deaths = 0 }: StepRunDoc): Promise<void> {
    const times = deaths + 1;
    const dead = { id, attempt, state: 'running' as const };
    this.logger.warn({ runId, stepId: id, attempt, deaths: times }, 'step.abandoned');
    if (times < MOST_DEATHS) await this.store.setStep(runId, dead, { state: 'waiting', deaths: times });
    else {
      const { code, message } = new AppError('STEP_KILLS', { times });
      await this.store.setStep(runId, dead, {
        state: 'failed',
        deaths: times,
        error: { code, message },
        finishedAt: new Date(),
      });
    }
  }

  /** What may start now, once steps that never will are skipped; ends the run when nothing is left. */
  private async next(run: RunProgress | null): Promise<StepJob[]> {
    if (!run || (run.state !== 'running' && run.state !== 'paused')) return [];
    const { ready, skipped, end } = nextOf(run, new Date(), (uses) => this.executor.takesWhoArrives(uses));
    if (skipped.length > 0) {
      for (const id of skipped) await this.store.setStep(run._id, { id, state: 'waiting' }, { state: 'skipped' });
      return this.next(await this.store.find(run._id));
    }
    if (end) await this.finish(run, end);
    if (run.state === 'paused') return [];
    const suspects = new Set(run.steps.filter(({ deaths = 0 }) => deaths >= DEATHS_IN_COMPANY).map(({ id }) => id));
    const { _id: runId, priority } = run;
    return ready.map((stepId) => ({ runId, stepId, priority, ...(suspects.has(stepId) && { isSuspect: true }) }));
  }

  /** Tells the run that called this one, which waits for its end. */
  async wakeCaller({ id, cause }: { id: string; cause?: RunCause | undefined }): Promise<void> {
    if (cause?.kind !== 'pipeline' || cause.by === undefined) return;
    if (await this.store.wake(cause.by, id)) await this.advance(cause.by);
  }

  private async finish(run: RunProgress, state: 'done' | 'failed'): Promise<void> {
    if (await this.store.finish(run, state)) await this.tidy({ ...run, state });
  }

  /** What there is to do once a run is over; doing it again does no harm. */
  private async tidy(run: RunProgress): Promise<void> {
    this.logger.info({ runId: run._id, state: run.state }, 'run.ended');
    if (run.turn) await this.giveTurns(run);
    await this.wakeCaller({ id: run._id, cause: run.cause });
    await this.cleaner.clean(run);
  }
}
