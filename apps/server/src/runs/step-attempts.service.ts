import { setTimeout as pause } from 'node:timers/promises';
import { type BeforeApplicationShutdown, Inject, Injectable } from '@nestjs/common';
import { AppError, isAppError, isRunOver, type RunError, type Step } from '@pelton/contract';
import { PinoLogger } from 'nestjs-pino';
import { newId } from '../common/ids.js';
import { unlessAborted } from '../common/unless-aborted.js';
import { CONFIG, type Config } from '../config.js';
import { toProblem } from '../pipelines/graph-check.service.js';
import { errorOutput } from './error-output.js';
import { BlamedStep, type Passed, PassThrough } from './pass-through.service.js';
import type { StepGiven } from './run-contexts.service.js';
import { isHandled, leftAfter } from './run-progress.js';
import type { RunDoc, RunProgress, StepRunDoc } from './run.schema.js';
import { type Attempt, outputId, RunStore } from './run-store.service.js';
import { type Executed, StepExecutor } from './step-executor.service.js';
import { StepLease } from './step-lease.js';
import { StepNothing } from './step-nothing.service.js';
import { waitBeforeRetry } from './step-policy.js';
import { StepQueue } from './step-queue.service.js';

/** A step that was claimed, and what those before it gave. */
interface Task {
  run: RunDoc;
  step: Step;
  before: StepGiven[];
}

/** A step that this process took, and what those that are over had given when it was taken. */
export interface Claimed {
  run: RunDoc;
  stepId: string;
  given: StepGiven[];
}

/** How an attempt came out. */
export interface Made {
  /** The run after the step's end; null when another worker has the step, or it was not waiting. */
  after: RunProgress | null;
  /** The step that follows, which was taken with the end of this one. */
  next?: Claimed;
}

/** How long a step waits for the end of another run before it looks by itself. */
const LOOK_AGAIN_MS = 30_000;
/** How long steps may go on once the process was asked to end; then they are given back. */
const DRAIN_MS = 8_000;
const ENDING = 'The process ends';

/** Attempts at steps: claims one, carries it out and writes its end down, as the one who claimed it. */
@Injectable()
export class StepAttempts implements BeforeApplicationShutdown {
  /** The process ends, and begins nothing any more. */
  isDraining = false;
  private readonly leases = new Map<StepLease, Promise<unknown>>();
  private readonly leaseMs: number;

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly store: RunStore,
    private readonly queue: StepQueue,
    private readonly executor: StepExecutor,
    private readonly through: PassThrough,
    private readonly nothing: StepNothing,
    private readonly logger: PinoLogger,
  ) {
    this.leaseMs = config.leaseSeconds * 1000;
  }

  /** Lets what runs come to its end. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isDraining = true;
    const work = Promise.allSettled(this.leases.values());
    await Promise.race([work, pause(DRAIN_MS, undefined, { ref: false })]);
    for (const lease of this.leases.keys()) lease.lose(ENDING);
    await work;
  }

  /** @param isAlone whether nothing else runs in this process */
  async make(runId: string, stepId: string, isAlone: boolean): Promise<Made> {
    // A step is called when those before it are done, and their outputs were durable before that.
    const [run, given] = await Promise.all([this.store.claim(runId, stepId, isAlone), this.store.outputsOf(runId)]);
    return run ? this.goOn({ run, stepId, given }) : { after: null };
  }

  /** Attempts a step that was taken. */
  async goOn({ run, stepId, given }: Claimed): Promise<Made> {
    const step = run.graph.steps.find((item) => item.id === stepId);
    const claimed = run.steps.find((item) => item.id === stepId);
    if (!step || !claimed) return { after: null };
    const attempt = { runId: run._id, stepId, attempt: claimed.attempt };
    const lease = new StepLease({ beat: () => this.store.beat(attempt), leaseMs: this.leaseMs });
    if (this.isDraining) lease.lose(ENDING); // it was taken in the last moment
    const work = this.carryOut({ run, step, before: countedOutputs(run, given) }, attempt, lease);
    this.leases.set(lease, work);
    try {
      return await work;
    } finally {
      lease.stop();
      this.leases.delete(lease);
    }
  }

  private async carryOut(task: Task, attempt: Attempt, lease: StepLease): Promise<Made> {
    const started = performance.now();
    const took = () => ({ ms: performance.now() - started, finishedAt: new Date() });
    let passed: Passed[] = [];
    try {
      passed = await this.through.pass(task.run, task.step, task.before);
      task.before.push(...passed);
      const executing = this.execute(task, attempt, lease); // begins first, since it takes longest
      const keeping = this.store.keepPassed(passed);
      keeping.catch(() => undefined); // looked at below, when nothing of the step goes on any more
      const executed = await executing;
      await keeping;
      if (executed.awaits) return { after: await this.awaitRun(attempt, executed.awaits, executed.foot, passed) };
      const made = await this.complete(task, attempt, executed, { ...took(), error: null }, passed);
      this.logger.info({ ...attempt, rows: executed.rows, ms: Math.round(took().ms) }, 'step.done');
      return made;
    } catch (error) {
      if (!lease.signal.aborted) {
        const culprit = await this.culpritOf(error, task.run, passed, lease.signal);
        if (!culprit) return await this.fail(task, attempt, { error, passed, ...took() });
        const why = this.describe({ ...attempt, stepId: culprit.stepId }, culprit.cause);
        await this.store.keepPassed(culprit.before);
        return { after: await this.store.blame(attempt, culprit, { error: why, ...took() }) };
      }
      if (this.isDraining) return { after: await this.store.end(attempt, { state: 'waiting' }) };
      return { after: await this.store.end(attempt, { state: 'cancelled', ...took() }) };
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
    { run, before }: Task,
    attempt: Attempt,
    { output, rowsIn, rows, foot, waiting, sql }: Executed,
    end: Partial<StepRunDoc>,
    passed: readonly Passed[],
  ): Promise<Made> {
    await this.store.keepOutput(attempt, output);
    const told = { rowsIn, rows, foot, ...(waiting !== undefined && { waiting }), sql };
    const change = { state: 'done' as const, ...told, tries: 0, ...end };
    const done = [{ id: attempt.stepId, waiting }, ...passed.map(({ stepId: id }) => ({ id }))];
    const { follower, isLast } = leftAfter(run, done, (uses) => this.executor.takesWhoArrives(uses));
    if (isLast) {
      const after = await this.store.endWithRun(run, attempt, change, passed);
      if (after) return { after };
    }
    if (follower !== undefined && !this.isDraining) {
      const after = await this.store.endAndClaim(run, attempt, change, { passed, follower });
      const known = [...before, given(attempt, output)];
      if (after) return { after, next: await this.claimed(run, after, follower, known) };
    }
    return { after: await this.store.end(attempt, change, passed) };
  }

  private async claimed(
    { graph, definitions }: RunDoc,
    after: RunProgress,
    stepId: string,
    known: StepGiven[],
  ): Promise<Claimed> {
    const ids = new Set(known.map(({ _id }) => _id));
    const isOver = ({ state }: StepRunDoc) => state === 'done' || state === 'failed';
    const isAllKnown = after.steps.filter(isOver).every((step) => ids.has(outputId(after._id, step)));
    const outputs = isAllKnown ? known : await this.store.outputsOf(after._id);
    return { run: { ...after, graph, definitions }, stepId, given: outputs };
  }

  /** Tries again, goes on without the step, hands its error on, or stops: as the step says. */
  private async fail(
    { run, step, before }: Task,
    attempt: Attempt,
    { error: cause, passed, ...end }: { error: unknown; passed: Passed[]; ms: number; finishedAt: Date },
  ): Promise<Made> {
    const error = this.describe(attempt, cause);
    const tries = (run.steps.find(({ id }) => id === step.id)?.tries ?? 0) + 1;
    const waitMs = waitBeforeRetry(step, cause, { tries, random: Math.random() });
    this.logger.warn({ ...attempt, code: error.code, tries, waitMs }, 'step.failed');
    if (waitMs !== undefined) return { after: await this.tryAgain(run, attempt, { tries, waitMs, error, ms: end.ms }) };
    await this.store.keepPassed(passed);
    if (step.onError === 'skip') {
      const nothing = await this.nothing.give(run, step, before).catch(() => undefined);
      if (nothing) return this.complete({ run, step, before }, attempt, nothing, { ...end, error }, passed);
    }
    if (step.onError === 'branch' && isHandled(run, step.id))
      await this.store.keepOutput(attempt, errorOutput(step, attempt, error));
    return { after: await this.store.end(attempt, { state: 'failed', error, tries, ...end }, passed) };
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

  /** Lets go of the step, so that a long pause holds nobody up and outlives this process. */
  private async tryAgain(
    run: RunDoc,
    attempt: Attempt,
    { waitMs, ...why }: Pick<StepRunDoc, 'tries' | 'error' | 'ms'> & { waitMs: number },
  ): Promise<RunProgress | null> {
    const retry = { at: new Date(Date.now() + waitMs), waitMs };
    const after = await this.store.end(attempt, { state: 'waiting', retry, ...why });
    const { runId, stepId } = attempt;
    if (after) await this.queue.add({ runId, stepId, priority: run.priority }, waitMs);
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
}

function given({ runId, stepId, attempt }: Attempt, { relations, drafted }: Executed['output']): StepGiven {
  return { _id: outputId(runId, { id: stepId, attempt }), runId, stepId, relations, ...(drafted && { drafted }) };
}

/** What the steps before gave: those that are done, and the errors of those that failed; of each the attempt that ended it. */
function countedOutputs(run: RunDoc, outputs: StepGiven[]): StepGiven[] {
  const over = run.steps.filter(({ state }) => state === 'done' || state === 'failed');
  const ids = new Set(over.map((step) => outputId(run._id, step)));
  return outputs.filter(({ _id }) => ids.has(_id));
}
