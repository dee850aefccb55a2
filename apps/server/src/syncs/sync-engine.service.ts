import { setTimeout as pause } from 'node:timers/promises';
import { InjectQueue } from '@nestjs/bullmq';
import { type BeforeApplicationShutdown, Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, isAppError, type SyncRun } from '@pelton/contract';
import type { Queue } from 'bullmq';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { newId } from '../common/ids.js';
import { WORKER_ID } from '../runs/worker-id.js';
import { countRows } from './daily-rows.js';
import { type HeldSync, SchemaChanged, SyncLoader } from './sync-loader.service.js';
import { SyncReport } from './sync-report.js';
import type { SyncDoc, SyncRunDoc } from './sync.schema.js';

/** What wakes a worker up. */
export interface SyncJob {
  runId: string;
}

const LEASE_MS = 15_000;
const BEAT_MS = 1_000;
/** A source that does not let go at once is not waited for longer. */
const LEAVE_MS = 5_000;
const KEPT_LINES = 500;
/** A run whose process died so often is not begun again by itself. */
const MOST_ATTEMPTS = 5;
/** Pauses before a load is tried again because one of our own services did not answer. */
const RETRY_MS = [500, 2_000, 5_000];

/**
 * Executes runs of syncs. The run document is the truth: it is claimed there, and only the one who claimed it writes its
 * end. So any process may die at any moment, and any job may come twice.
 */
@Injectable()
export class SyncEngine implements BeforeApplicationShutdown {
  private readonly active = new Map<AbortController, { runId: string; work: Promise<void> }>();
  private isStopping = false;

  constructor(
    @InjectModel('Sync') private readonly syncs: Model<SyncDoc>,
    @InjectModel('SyncRun') private readonly runs: Model<SyncRunDoc>,
    @InjectQueue('syncs') private readonly queue: Queue<SyncJob>,
    private readonly loader: SyncLoader,
    private readonly logger: PinoLogger,
  ) {}

  /** A job for each attempt, however often it is asked for. */
  async wake({ _id, attempt }: Pick<SyncRunDoc, '_id' | 'attempt'>): Promise<void> {
    const options = { jobId: `${_id}-${attempt}`, removeOnComplete: true, removeOnFail: true };
    await this.queue.add('sync', { runId: _id }, options);
  }

  async work({ runId }: SyncJob): Promise<void> {
    if (this.isStopping) return;
    const controller = new AbortController();
    const work = this.attempt(runId, controller);
    this.active.set(controller, { runId, work });
    await work.finally(() => this.active.delete(controller));
  }

  /** Resolves when this process no longer works on a run that was cancelled; in another process that ends with its next beat. */
  async leave(runId: string): Promise<void> {
    const [controller, at] = [...this.active].find(([, { runId: id }]) => id === runId) ?? [];
    controller?.abort();
    await Promise.race([at?.work.catch(() => undefined), pause(LEAVE_MS, undefined, { ref: false })]);
  }

  /** Runs go on in the next process that starts. */
  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    for (const controller of this.active.keys()) controller.abort();
    await Promise.allSettled([...this.active.values()].map(({ work }) => work));
  }

  private async attempt(runId: string, controller: AbortController): Promise<void> {
    const run = await this.claim(runId);
    if (!run) return;
    const report = new SyncReport();
    if (run.attempt > MOST_ATTEMPTS)
      return this.fail(run, report, new AppError('SYNC_DIED', { attempts: MOST_ATTEMPTS }));
    const holder = newId();
    const found = await this.syncs
      .findOneAndUpdate({ _id: run.syncId }, { $set: { holder } }, { returnDocument: 'after' })
      .lean();
    if (!found) return this.fail(run, report, new AppError('NOT_FOUND', { noun: 'sync', name: run.sync }));
    const sync: HeldSync = { ...found, holder };
    if (run.attempt > 1) report.warn('The process that ran it is gone; another one takes it up');
    const stopBeats = this.keepAlive(run, report, controller);
    try {
      await this.withRetries(() => this.loader.load(sync, run, report, controller.signal), controller.signal);
      const isOurs = await this.end(run, report, { state: 'done' });
      if (isOurs) await this.syncs.updateOne({ _id: sync._id }, countRows(sync.daily, report.rows, new Date()));
      this.logger.info({ runId, sync: run.sync, rows: report.rows }, 'sync.done');
    } catch (error) {
      if (this.isStopping) await this.release(run, report);
      else if (!controller.signal.aborted) await this.fail(run, report, error);
    } finally {
      stopBeats();
      await this.letGo(run);
    }
  }

  /** The next run of the sync may begin, now that nothing of this one writes any more. */
  private async letGo({ _id, attempt }: SyncRunDoc): Promise<void> {
    await this.runs.updateOne({ _id, attempt, worker: WORKER_ID, state: 'cancelled' }, { $unset: { open: 1 } });
  }

  private claim(runId: string): Promise<SyncRunDoc | null> {
    const lease = { state: 'running', worker: WORKER_ID, leaseUntil: new Date(Date.now() + LEASE_MS) };
    return this.runs
      .findOneAndUpdate(
        { _id: runId, state: 'waiting' },
        { $set: { ...lease, startedAt: new Date() }, $inc: { attempt: 1 } },
        { returnDocument: 'after' },
      )
      .lean();
  }

  /** Renews the lease and writes down what there is to tell; ends the attempt when the run is no longer its own. */
  private keepAlive(run: SyncRunDoc, report: SyncReport, controller: AbortController): () => void {
    const beat = async () => {
      const isOurs = await this.note(run, report, { leaseUntil: new Date(Date.now() + LEASE_MS) });
      if (!isOurs) controller.abort();
    };
    const timer = setInterval(
      () =>
        void beat().catch((error: unknown) =>
          this.logger.warn({ err: error, runId: run._id }, 'sync.lease-not-renewed'),
        ),
      BEAT_MS,
    );
    return () => clearInterval(timer);
  }

  /** @returns whether the run was still this attempt's */
  private async note(run: SyncRunDoc, report: SyncReport, change: Partial<SyncRunDoc>): Promise<boolean> {
    const { way, rows, bytes } = report;
    const noted = await this.runs.updateOne(
      { _id: run._id, state: 'running', attempt: run.attempt, worker: WORKER_ID },
      {
        $set: { way, rows, bytes, ...change },
        $push: { log: { $each: report.takeLines(), $slice: -KEPT_LINES } },
        ...(isOver(change.state) && { $unset: { open: 1 } }),
      },
    );
    return noted.matchedCount > 0;
  }

  private async end(run: SyncRunDoc, report: SyncReport, change: Partial<SyncRunDoc>): Promise<boolean> {
    return this.note(run, report, { ...change, finishedAt: new Date() });
  }

  private async release(run: SyncRunDoc, report: SyncReport): Promise<void> {
    report.warn('Pelton stops; the run goes on when it starts again');
    await this.note(run, report, { state: 'waiting', attempt: run.attempt - 1 });
  }

  private async fail(run: SyncRunDoc, report: SyncReport, error: unknown): Promise<void> {
    const known = this.describe(run, error);
    report.error(known.message);
    const schemaChange = error instanceof SchemaChanged ? error.change : null;
    await this.end(run, report, { state: 'failed', error: known, schemaChange });
    this.logger.warn({ runId: run._id, sync: run.sync, code: known.code }, 'sync.failed');
  }

  private describe(run: SyncRunDoc, error: unknown): NonNullable<SyncRun['error']> {
    if (isAppError(error)) return { code: error.code, message: error.message };
    const id = newId();
    this.logger.error({ err: error, runId: run._id, errorId: id }, 'sync.broke');
    return { code: 'UNEXPECTED', message: new AppError('UNEXPECTED', { id }).message };
  }

  private async withRetries(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (const wait of RETRY_MS) {
      try {
        return await work();
      } catch (error) {
        if (!isAppError(error) || error.code !== 'SERVICE_DOWN') throw error;
        await pause(wait, undefined, { signal });
      }
    }
    return work();
  }
}

function isOver(state: SyncRunDoc['state'] | undefined): boolean {
  return state === 'done' || state === 'failed' || state === 'cancelled';
}
