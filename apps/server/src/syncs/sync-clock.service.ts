import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isAppError } from '@pelton/contract';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../common/clock.js';
import { isGone } from '../runs/worker-id.js';
import { takeDue } from '../schedules/schedule.js';
import { SyncEngine } from './sync-engine.service.js';
import { SyncRunsService } from './sync-runs.service.js';
import type { SyncDoc, SyncRunDoc } from './sync.schema.js';

const EVERY_MS = 5_000;

/** Starts what is due, and finds what the truth says is unfinished and nobody is at. Any number of processes may do so at once. */
@Injectable()
export class SyncClock implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clock: Clock;

  constructor(
    @InjectModel('Sync') private readonly syncs: Model<SyncDoc>,
    @InjectModel('SyncRun') private readonly runs: Model<SyncRunDoc>,
    private readonly starter: SyncRunsService,
    private readonly engine: SyncEngine,
    private readonly logger: PinoLogger,
  ) {
    this.clock = new Clock({
      everyMs: EVERY_MS,
      work: (now) => this.look(now),
      failed: (error) => logger.warn({ err: error }, 'sync.clock-failed'),
    });
  }

  onApplicationBootstrap(): void {
    this.clock.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.clock.stop();
  }

  private async look(now: Date): Promise<void> {
    await this.takeUpAbandoned();
    await this.freeCancelled();
    await this.startDue(now);
  }

  private async takeUpAbandoned(): Promise<void> {
    const open = await this.runs.find({ state: { $in: ['waiting', 'running'] } }, { log: 0 }).lean();
    for (const run of open) {
      if (run.state === 'running') {
        if (!isAbandoned(run)) continue;
        this.logger.warn({ runId: run._id, attempt: run.attempt }, 'sync.abandoned');
        const { _id, attempt } = run;
        await this.runs.updateOne({ _id, attempt, state: 'running' }, { $set: { state: 'waiting' } });
      }
      await this.engine.wake(run);
    }
  }

  /** A worker that died lets go of nothing. */
  private async freeCancelled(): Promise<void> {
    const held = await this.runs.find({ state: 'cancelled', open: { $exists: true } }, { log: 0 }).lean();
    const left = held.filter(isAbandoned).map(({ _id }) => _id);
    if (left.length > 0) await this.runs.updateMany({ _id: { $in: left } }, { $unset: { open: 1 } });
  }

  private async startDue(now: Date): Promise<void> {
    for (const sync of await this.syncs.find({ nextRunAt: { $lte: now } }).lean()) {
      await this.startOne(sync, now).catch((error: unknown) =>
        this.logger.warn({ err: error, sync: sync.name }, 'sync.not-started'),
      );
    }
  }

  /** The run is written first: whoever dies in between finds its time taken, and only moves the clock on. */
  private async startOne(sync: SyncDoc, now: Date): Promise<void> {
    const { _id, schedule, nextRunAt } = sync;
    if (!schedule || !nextRunAt) return;
    const { times, nextAt } = takeDue(schedule, nextRunAt, now);
    for (const dueAt of times) {
      await this.starter.start(sync, 'schedule', { dueAt }).catch((error: unknown) => {
        if (!isAppError(error) || error.code !== 'SYNC_RUNNING') throw error;
        this.logger.info({ sync: sync.name }, 'sync.still-running');
      });
    }
    await this.syncs.updateOne({ _id, nextRunAt }, { $set: { nextRunAt: nextAt } });
  }
}

function isAbandoned({ leaseUntil, worker }: Pick<SyncRunDoc, 'leaseUntil' | 'worker'>): boolean {
  return (leaseUntil?.getTime() ?? 0) < Date.now() || isGone(worker ?? '');
}
