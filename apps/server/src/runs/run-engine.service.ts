import { setTimeout as pause } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isAppError, type RunError } from '@pelton/contract';
import type { Queue } from 'bullmq';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { newId } from '../common/ids.js';
import { toProblem } from '../pipelines/graph-check.service.js';
import type { RunDoc, StepOutputDoc, StepRunDoc } from './run.schema.js';
import { StageCleaner } from './stage-cleaner.service.js';
import { type Executed, StepExecutor } from './step-executor.service.js';
import { WORKER_ID } from './worker-id.js';

/** What wakes a worker up. */
export interface StepJob {
  runId: string;
  stepId: string;
}

/** A run without what was frozen at its start. */
type RunProgress = Omit<RunDoc, 'graph' | 'definitions'>;
const NO_DEFINITIONS: Record<string, 0> = { graph: 0, definitions: 0 };

const LEASE_MS = 15_000;
const HEARTBEAT_MS = 3_000;
/** Pauses before a step is tried again because a service did not answer. */
const RETRY_MS = [500, 2_000, 5_000];

/**
 * Moves runs on. The run document is the truth: a step is claimed there, its end is written there by the one who
 * claimed it, and what may start next follows from it. So any process may die at any moment, and any job may come twice.
 */
@Injectable()
export class RunEngine {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    @InjectQueue('steps') private readonly queue: Queue<StepJob>,
    private readonly executor: StepExecutor,
    private readonly cleaner: StageCleaner,
    private readonly logger: PinoLogger,
  ) {}

  /** Wakes workers for every step that may start now, and ends the run when none is left. */
  async advance(runId: string): Promise<void> {
    const run = await this.find(runId);
    for (const stepId of await this.ready(run)) await this.enqueue({ runId, stepId }, run?.priority);
  }

  /** Does a step, then goes on with one that it made ready; the others get jobs of their own. */
  async work({ runId, stepId }: StepJob): Promise<void> {
    let next: string | undefined = stepId;
    while (next !== undefined) {
      const run = await this.attempt(runId, next);
      const [first, ...others]: string[] = await this.ready(run);
      for (const other of others) await this.enqueue({ runId, stepId: other }, run?.priority);
      next = first;
    }
  }

  /** The steps that wait for nothing any more. */
  private async ready(run: RunProgress | null): Promise<string[]> {
    if (!run || run.state !== 'running') return [];
    const stateOf = new Map(run.steps.map((step) => [step.id, step.state]));
    const blocked = run.steps.filter(
      (step) => step.state === 'waiting' && run.waits[step.id]?.some((id) => isStopped(stateOf.get(id))),
    );
    if (blocked.length > 0) {
      for (const step of blocked) await this.setStep(run._id, step.id, { state: 'waiting' }, { state: 'skipped' });
      return this.ready(await this.find(run._id));
    }
    if (run.steps.every((step) => isOver(step.state))) await this.finish(run);
    return run.steps
      .filter((step) => step.state === 'waiting' && run.waits[step.id]?.every((id) => stateOf.get(id) === 'done'))
      .map((step) => step.id);
  }

  private find(runId: string): Promise<RunProgress | null> {
    return this.runs.findById(runId, NO_DEFINITIONS).lean();
  }

  /** @returns the run after the step's end; null when another worker has the step, or it is not waiting */
  private async attempt(runId: string, stepId: string): Promise<RunProgress | null> {
    // A step is called when those before it are done, and their outputs were durable before that.
    const [run, outputs] = await Promise.all([
      this.claim(runId, stepId),
      this.outputs.find({ runId }, { samples: 0 }).lean(),
    ]);
    const claimed = run?.steps.find((item) => item.id === stepId);
    const step = run?.graph.steps.find((item) => item.id === stepId);
    if (!run || !claimed || !step) return null;
    const { attempt } = claimed;
    const before = outputs.filter((output) =>
      run.steps.some((item) => item.state === 'done' && output._id === outputId(runId, item)),
    );
    const started = performance.now();
    const heartbeat = this.keepAlive(runId, stepId, attempt);
    try {
      const executed = await this.executeWithRetries(
        () => this.executor.execute(run, { step, attempt }, before, heartbeat.signal),
        heartbeat.signal,
      );
      const ms = performance.now() - started;
      const after = await this.complete(runId, stepId, attempt, executed, ms);
      this.logger.info({ runId, stepId, rows: executed.rows, ms: Math.round(ms) }, 'step.done');
      return after;
    } catch (error) {
      return await this.fail(runId, stepId, attempt, heartbeat.signal.aborted, error, performance.now() - started);
    } finally {
      heartbeat.stop();
    }
  }

  private async claim(runId: string, stepId: string): Promise<RunDoc | null> {
    const lease = {
      'steps.$.state': 'running',
      'steps.$.worker': WORKER_ID,
      'steps.$.leaseUntil': new Date(Date.now() + LEASE_MS),
      'steps.$.startedAt': new Date(),
    };
    return this.runs
      .findOneAndUpdate(
        { _id: runId, state: 'running', steps: { $elemMatch: { id: stepId, state: 'waiting' } } },
        {
          $set: lease,
          $unset: { 'steps.$.error': 1, 'steps.$.finishedAt': 1 },
          $inc: { revision: 1, 'steps.$.attempt': 1 },
        },
        { returnDocument: 'after' },
      )
      .lean();
  }

  /** Renews the lease while the step runs, and aborts it when the run was cancelled or the lease was lost. */
  private keepAlive(runId: string, stepId: string, attempt: number): { signal: AbortSignal; stop(): void } {
    const controller = new AbortController();
    const beat = async () => {
      const mine = { id: stepId, attempt, state: 'running', worker: WORKER_ID };
      const renewed = await this.runs.updateOne(
        { _id: runId, state: 'running', steps: { $elemMatch: mine } },
        { $set: { 'steps.$.leaseUntil': new Date(Date.now() + LEASE_MS) } },
      );
      if (renewed.matchedCount === 0) controller.abort();
    };
    const timer = setInterval(
      () => void beat().catch((error: unknown) => this.logger.warn({ err: error, runId, stepId }, 'lease.not-renewed')),
      HEARTBEAT_MS,
    );
    return { signal: controller.signal, stop: () => clearInterval(timer) };
  }

  private async executeWithRetries(execute: () => Promise<Executed>, signal: AbortSignal): Promise<Executed> {
    for (const wait of RETRY_MS) {
      try {
        return await execute();
      } catch (error) {
        if (!isAppError(error) || error.code !== 'SERVICE_DOWN') throw error;
        await pause(wait, undefined, { signal });
      }
    }
    return execute();
  }

  /** The outputs are durable before the step is done, so that nothing starts without them. */
  private async complete(
    runId: string,
    stepId: string,
    attempt: number,
    executed: Executed,
    ms: number,
  ): Promise<RunProgress | null> {
    await this.outputs.updateOne(
      { _id: outputId(runId, { id: stepId, attempt }) },
      { $set: { runId, stepId, ...executed.output } },
      { upsert: true },
    );
    const { rowsIn, rows, foot, sql } = executed;
    return this.setStep(
      runId,
      stepId,
      { attempt, state: 'running', worker: WORKER_ID },
      { state: 'done', rowsIn, rows, foot, sql, ms, finishedAt: new Date() },
    );
  }

  private async fail(
    runId: string,
    stepId: string,
    attempt: number,
    wasAborted: boolean,
    error: unknown,
    ms: number,
  ): Promise<RunProgress | null> {
    const mine = { attempt, state: 'running' as const, worker: WORKER_ID };
    if (wasAborted) return this.setStep(runId, stepId, mine, { state: 'cancelled', ms, finishedAt: new Date() });
    const known = this.describe(runId, stepId, error);
    this.logger.warn({ runId, stepId, code: known.code }, 'step.failed');
    return this.setStep(runId, stepId, mine, { state: 'failed', error: known, ms, finishedAt: new Date() });
  }

  private describe(runId: string, stepId: string, error: unknown): RunError {
    if (isAppError(error)) {
      const { code, message, field, port } = toProblem(error);
      return { code, message, ...(field && { field }), ...(port && { port }) };
    }
    const id = newId();
    this.logger.error({ err: error, runId, stepId, errorId: id }, 'step.broke');
    return { code: 'UNEXPECTED', message: `Something went wrong in Pelton. The log has the details under ${id}.` };
  }

  /** Changes a step if it still is as expected: a worker that lost its lease changes nothing, and gets null. */
  private async setStep(
    runId: string,
    stepId: string,
    expected: Partial<StepRunDoc>,
    change: Partial<StepRunDoc>,
  ): Promise<RunProgress | null> {
    const set = Object.fromEntries(Object.entries(change).map(([field, value]) => [`steps.$.${field}`, value]));
    return this.runs
      .findOneAndUpdate(
        { _id: runId, steps: { $elemMatch: { id: stepId, ...expected } } },
        { $set: set, $inc: { revision: 1 } },
        { returnDocument: 'after', projection: NO_DEFINITIONS },
      )
      .lean();
  }

  private async finish(run: RunProgress): Promise<void> {
    const state = run.steps.some((step) => step.state === 'failed') ? 'failed' : 'done';
    const ended = await this.runs.updateOne(
      { _id: run._id, state: 'running', revision: run.revision },
      { $set: { state, finishedAt: new Date() }, $inc: { revision: 1 } },
    );
    if (ended.modifiedCount === 0) return;
    this.logger.info({ runId: run._id, state }, 'run.ended');
    await this.cleaner.clean(run.projectId, run.pipeline);
  }

  private async enqueue(job: StepJob, priority: number | undefined): Promise<void> {
    await this.queue.add('step', job, { removeOnComplete: true, removeOnFail: true, ...(priority && { priority }) });
  }
}

/** Outputs are of an attempt: only those of the attempt that ended the step are ever read. */
export function outputId(runId: string, { id, attempt }: Pick<StepRunDoc, 'id' | 'attempt'>): string {
  return `${runId}/${id}/${attempt}`;
}

function isOver(state: StepRunDoc['state']): boolean {
  return state !== 'waiting' && state !== 'running';
}

function isStopped(state: StepRunDoc['state'] | undefined): boolean {
  return state === 'failed' || state === 'skipped' || state === 'cancelled';
}
