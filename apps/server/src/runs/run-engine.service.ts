import { setTimeout as pause } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { AppError, isAppError, isRunOver, type RunCause, type RunError, type Step } from '@pelton/contract';
import type { Queue } from 'bullmq';
import { PinoLogger } from 'nestjs-pino';
import { newId } from '../common/ids.js';
import { unlessAborted } from '../common/unless-aborted.js';
import { CONFIG, type Config } from '../config.js';
import { toProblem } from '../pipelines/graph-check.service.js';
import { BlamedStep, type Passed, PassThrough } from './pass-through.service.js';
import { RunCleaner } from './run-cleaner.service.js';
import { isHandled, nextOf } from './run-progress.js';
import type { RunDoc, RunProgress, StepRunDoc } from './run.schema.js';
import { type Attempt, DEATHS_IN_COMPANY, outputId, RunStore } from './run-store.service.js';
import { SoloGate } from './solo-gate.js';
import type { StepGiven } from './run-contexts.service.js';
import { type Executed, StepExecutor } from './step-executor.service.js';
import { errorOutput } from './error-output.js';
import { StepLease } from './step-lease.js';
import { StepNothing } from './step-nothing.service.js';
import { waitBeforeRetry } from './step-policy.js';

/** What wakes a worker up. */
export interface StepJob {
  runId: string;
  stepId: string;
  /** Was there when the process died, more than once. */
  isSuspect?: boolean;
}

/** A step that was claimed, and what those before it gave. */
interface Task {
  run: RunDoc;
  step: Step;
  before: StepGiven[];
}

/** How long a step waits for the end of another run before it looks by itself. */
const LOOK_AGAIN_MS = 30_000;
/** After so many deaths a step is not tried again by itself. */
const MOST_DEATHS = 3;
/** How long steps may go on once the process was asked to end; then they are given back. */
const DRAIN_MS = 8_000;

/**
 * Moves runs on. The run document is the truth: a step is claimed there, its end is written there by the one who
 * claimed it, and what may start next follows from it. So any process may die at any moment, and any job may come twice.
 */
@Injectable()
export class RunEngine implements BeforeApplicationShutdown {
  private readonly gate = new SoloGate();
  private readonly leases = new Map<StepLease, Promise<unknown>>();
  private isDraining = false;
  private readonly leaseMs: number;

  constructor(
    @Inject(CONFIG) config: Config,
    @InjectQueue('steps') private readonly queue: Queue<StepJob>,
    private readonly store: RunStore,
    private readonly executor: StepExecutor,
    private readonly through: PassThrough,
    private readonly nothing: StepNothing,
    private readonly cleaner: RunCleaner,
    private readonly logger: PinoLogger,
  ) {
    this.leaseMs = config.leaseSeconds * 1000;
  }

  /** Takes on nothing more, and lets what runs come to its end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isDraining = true;
    const work = Promise.allSettled(this.leases.values());
    await Promise.race([work, pause(DRAIN_MS, undefined, { ref: false })]);
    for (const lease of this.leases.keys()) lease.lose('The process ends');
    await work;
  }

  /** Wakes workers for every step that may start now, and ends the run when none is left. */
  async advance(runId: string): Promise<void> {
    const { run, jobs } = await this.next(await this.store.find(runId));
    for (const job of jobs) await this.enqueue(job, run);
  }

  /** Does a step, then goes on with one that it made ready; the others get jobs of their own. */
  async work(job: StepJob): Promise<void> {
    let doing: StepJob | undefined = job;
    while (doing && !this.isDraining) {
      const { runId, stepId, isSuspect = false }: StepJob = doing;
      const after = await this.gate.pass(isSuspect, () => this.attempt(runId, stepId, isSuspect));
      const { run, jobs } = await this.next(after);
      const [first, ...others]: StepJob[] = jobs;
      for (const other of others) await this.enqueue(other, run);
      doing = first;
    }
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
  private async next(run: RunProgress | null): Promise<{ run?: RunProgress; jobs: StepJob[] }> {
    if (!run || (run.state !== 'running' && run.state !== 'paused')) return { jobs: [] };
    const { ready, skipped, end } = nextOf(run, new Date(), (uses) => this.executor.takesWhoArrives(uses));
    if (skipped.length > 0) {
      for (const id of skipped) await this.store.setStep(run._id, { id, state: 'waiting' }, { state: 'skipped' });
      return this.next(await this.store.find(run._id));
    }
    if (end) await this.finish(run, end);
    if (run.state === 'paused') return { jobs: [] };
    const suspects = new Set(run.steps.filter(({ deaths = 0 }) => deaths >= DEATHS_IN_COMPANY).map(({ id }) => id));
    const jobs = ready.map((stepId) => ({ runId: run._id, stepId, ...(suspects.has(stepId) && { isSuspect: true }) }));
    return { run, jobs };
  }

  /** @returns the run after the step's end; null when another worker has the step, or it is not waiting */
  private async attempt(runId: string, stepId: string, isAlone: boolean): Promise<RunProgress | null> {
    // A step is called when those before it are done, and their outputs were durable before that.
    const [run, outputs] = await Promise.all([this.store.claim(runId, stepId, isAlone), this.store.outputsOf(runId)]);
    const step = run?.graph.steps.find((item) => item.id === stepId);
    const claimed = run?.steps.find((item) => item.id === stepId);
    if (!run || !step || !claimed) return null;
    const attempt = { runId, stepId, attempt: claimed.attempt };
    const lease = new StepLease({ beat: () => this.store.beat(attempt), leaseMs: this.leaseMs });
    const work = this.carryOut({ run, step, before: countedOutputs(run, outputs) }, attempt, lease);
    this.leases.set(lease, work);
    try {
      return await work;
    } finally {
      lease.stop();
      this.leases.delete(lease);
    }
  }

  private async carryOut(task: Task, attempt: Attempt, lease: StepLease): Promise<RunProgress | null> {
    const started = performance.now();
    const took = () => ({ ms: performance.now() - started, finishedAt: new Date() });
    let passed: Passed[] = [];
    try {
      passed = await this.through.pass(task.run, task.step, task.before);
      task.before.push(...passed);
      const keeping = this.store.keepPassed(passed);
      keeping.catch(() => undefined); // looked at below, when nothing of the step goes on any more
      const executed = await this.execute(task, attempt, lease);
      await keeping;
      if (executed.awaits) return await this.awaitRun(attempt, executed.awaits, executed.foot, passed);
      const after = await this.complete(attempt, executed, { ...took(), error: null }, passed);
      this.logger.info({ ...attempt, rows: executed.rows, ms: Math.round(took().ms) }, 'step.done');
      return after;
    } catch (error) {
      if (!lease.signal.aborted) {
        const culprit = await this.culpritOf(error, task.run, passed, lease.signal);
        if (!culprit) return await this.fail(task, attempt, error, took());
        const why = this.describe({ ...attempt, stepId: culprit.stepId }, culprit.cause);
        return await this.store.blame(attempt, culprit.stepId, { error: why, ...took() });
      }
      if (this.isDraining) return this.store.end(attempt, { state: 'waiting' });
      return this.store.end(attempt, { state: 'cancelled', ...took() });
    }
  }

  private async execute({ run, step, before }: Task, attempt: Attempt, lease: StepLease): Promise<Executed> {
    const limit = step.timeout === undefined ? undefined : AbortSignal.timeout(step.timeout * 1000);
    const signal = limit ? AbortSignal.any([lease.signal, limit]) : lease.signal;
    try {
      const { confirm } = lease;
      return await unlessAborted(this.executor.execute(run, { step, ...attempt }, before, { signal, confirm }), signal);
    } catch (error) {
      if (limit?.aborted && !lease.signal.aborted)
        throw new AppError('STEP_TOO_SLOW', { seconds: step.timeout ?? 0 }, { cause: error });
      throw error;
    }
  }

  /** The step that was read through and is to blame, where a statement of several steps failed. */
  private async culpritOf(
    error: unknown,
    run: RunDoc,
    passed: readonly Passed[],
    signal: AbortSignal,
  ): Promise<BlamedStep | undefined> {
    if (error instanceof BlamedStep) return error;
    if (!isAppError(error) || error.code !== 'SQL_FAILED') return undefined;
    return this.through.culprit(run, passed, signal);
  }

  /** The outputs are durable before the step is done, so that nothing starts without them. */
  private async complete(
    attempt: Attempt,
    { output, rowsIn, rows, foot, waiting, sql }: Executed,
    end: Partial<StepRunDoc>,
    passed: readonly Passed[],
  ): Promise<RunProgress | null> {
    await this.store.keepOutput(attempt, output);
    const told = { rowsIn, rows, foot, ...(waiting !== undefined && { waiting }), sql };
    return this.store.end(attempt, { state: 'done', ...told, tries: 0, ...end }, passed);
  }

  /** Tries again, goes on without the step, hands its error on, or stops: as the step says. */
  private async fail(
    { run, step, before }: Task,
    attempt: Attempt,
    cause: unknown,
    end: { ms: number; finishedAt: Date },
  ): Promise<RunProgress | null> {
    const error = this.describe(attempt, cause);
    const tries = (run.steps.find(({ id }) => id === step.id)?.tries ?? 0) + 1;
    const waitMs = waitBeforeRetry(step, cause, { tries, random: Math.random() });
    this.logger.warn({ ...attempt, code: error.code, tries, waitMs }, 'step.failed');
    if (waitMs !== undefined) return this.tryAgain(run, attempt, { tries, waitMs, error, ms: end.ms });
    if (step.onError === 'skip') {
      const nothing = await this.nothing.give(run, step, before).catch(() => undefined);
      if (nothing) return this.complete(attempt, nothing, { ...end, error }, []);
    }
    if (step.onError === 'branch' && isHandled(run, step.id))
      await this.store.keepOutput(attempt, errorOutput(step, attempt, error));
    return this.store.end(attempt, { state: 'failed', error, tries, ...end });
  }

  /** Lets go of the step until another run ends, which wakes it up; should that be lost, it looks by itself. */
  private async awaitRun(attempt: Attempt, awaits: string, foot: Executed['foot'], passed: readonly Passed[]) {
    const retry = { at: new Date(Date.now() + LOOK_AGAIN_MS), waitMs: LOOK_AGAIN_MS };
    const after = await this.store.end(
      attempt,
      { state: 'waiting', retry, awaits, called: awaits, foot, error: null },
      passed,
    );
    const called = await this.store.find(awaits);
    return called && isRunOver(called) ? ((await this.store.wake(attempt.runId, awaits)) ?? after) : after;
  }

  /** Tells the run that called this one, which waits for its end. */
  async wakeCaller({ id, cause }: { id: string; cause?: RunCause | undefined }): Promise<void> {
    if (cause?.kind !== 'pipeline' || cause.by === undefined) return;
    if (await this.store.wake(cause.by, id)) await this.advance(cause.by);
  }

  /** Lets go of the step, so that a long pause holds nobody up and outlives this process. */
  private async tryAgain(
    run: RunDoc,
    attempt: Attempt,
    { waitMs, ...why }: Pick<StepRunDoc, 'tries' | 'error' | 'ms'> & { waitMs: number },
  ): Promise<RunProgress | null> {
    const retry = { at: new Date(Date.now() + waitMs), waitMs };
    const after = await this.store.end(attempt, { state: 'waiting', retry, ...why });
    const { runId, stepId } = attempt;
    if (after) await this.enqueue({ runId, stepId }, run, waitMs);
    return after;
  }

  private describe(attempt: Attempt, error: unknown): RunError {
    if (isAppError(error)) {
      const { code, message, field, port } = toProblem(error);
      return { code, message, ...(field && { field }), ...(port && { port }) };
    }
    const id = newId();
    this.logger.error({ err: error, ...attempt, errorId: id }, 'step.broke');
    return { code: 'UNEXPECTED', message: `Something went wrong in Pelton. The log has the details under ${id}.` };
  }

  private async finish(run: RunProgress, state: 'done' | 'failed'): Promise<void> {
    if (!(await this.store.finish(run, state))) return;
    this.logger.info({ runId: run._id, state }, 'run.ended');
    await this.wakeCaller({ id: run._id, cause: run.cause });
    await this.cleaner.clean(run);
  }

  private async enqueue(job: StepJob, run: { priority?: number | undefined } | undefined, delay = 0): Promise<void> {
    const { priority } = run ?? {};
    await this.queue.add('step', job, {
      removeOnComplete: true,
      removeOnFail: true,
      ...(priority && { priority }),
      ...(delay && { delay }),
    });
  }
}

/** What the steps before gave: those that are done, and the errors of those that failed; of each the attempt that ended it. */
function countedOutputs(run: RunDoc, outputs: StepGiven[]): StepGiven[] {
  const over = run.steps.filter(({ state }) => state === 'done' || state === 'failed');
  const ids = new Set(over.map((step) => outputId(run._id, step)));
  return outputs.filter(({ _id }) => ids.has(_id));
}
