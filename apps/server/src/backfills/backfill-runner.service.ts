import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isAppError, isRunOver } from '@pelton/contract';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { BackfillRuns } from './backfill-runs.service.js';
import type { BackfillDoc, PeriodDoc } from './backfill.schema.js';
import { dueOf, isThrough, runIdOf, type RunStates, withEnds } from './backfill-view.js';

/** A start that was under way when a back-fill was cancelled is found for so long. */
const CANCEL_AFTER_MS = 10 * 60_000;

/**
 * Brings back-fills on. Which period is next follows from the runs that are there, and the id of its run from the period; so
 * whoever dies in between, and however many look, each period has one run.
 */
@Injectable()
export class BackfillRunner {
  constructor(
    @InjectModel('Backfill') private readonly backfills: Model<BackfillDoc>,
    private readonly runs: BackfillRuns,
    private readonly logger: PinoLogger,
  ) {}

  async look(now: Date): Promise<void> {
    const cancelledSince = new Date(now.getTime() - CANCEL_AFTER_MS);
    const open = await this.backfills
      .find({ $or: [{ state: 'running' }, { state: 'cancelled', finishedAt: { $gte: cancelledSince } }] })
      .lean();
    for (const backfill of open)
      await this.bringOn(backfill, now).catch((error: unknown) =>
        this.logger.warn({ err: error, backfillId: backfill._id }, 'backfill.not-brought-on'),
      );
  }

  private async bringOn(backfill: BackfillDoc, now: Date): Promise<void> {
    const kept = await this.runs.ofOne(backfill._id);
    await this.noteEnds(backfill, kept);
    if (backfill.state === 'cancelled') return this.cancelRuns(backfill);
    const runs = withEnds(backfill, kept);
    if (isThrough(backfill, runs)) return this.end(backfill, now);
    for (const period of dueOf(backfill, runs)) if (!(await this.start(backfill, period, now))) return;
  }

  /** Old runs are not kept, and a period whose run is gone must not be run again. */
  private async noteEnds(backfill: BackfillDoc, runs: RunStates): Promise<void> {
    const ends = backfill.periods.flatMap((period, index) => {
      const state = runs.get(runIdOf(backfill, period));
      return state && isRunOver({ state }) && state !== period.ended ? [[`periods.${index}.ended`, state]] : [];
    });
    if (ends.length > 0) await this.backfills.updateOne({ _id: backfill._id }, { $set: Object.fromEntries(ends) });
  }

  /** Cancels the runs that go on. */
  async cancelRuns({ _id, projectId }: BackfillDoc): Promise<void> {
    const runs = await this.runs.ofOne(_id);
    for (const [id, state] of runs)
      if (!isRunOver({ state }))
        await this.runs.cancel(projectId, id).catch((error: unknown) => {
          if (!isAppError(error) || error.code !== 'RUN_OVER') throw error;
        });
  }

  /** @returns whether more may be started */
  private async start(backfill: BackfillDoc, period: PeriodDoc, now: Date): Promise<boolean> {
    const { _id } = backfill;
    if (!(await this.isRunning(_id))) return false;
    try {
      await this.runs.start(backfill, period);
    } catch (error) {
      if (!isAppError(error) || error.code === 'SERVICE_DOWN') throw error;
      await this.end(backfill, now, error.message);
      return false;
    }
    if (await this.isRunning(_id)) return true;
    // It was cancelled while the run was being started.
    if (await this.backfills.exists({ _id, state: 'cancelled' })) await this.cancelRuns(backfill);
    return false;
  }

  private async isRunning(_id: string): Promise<boolean> {
    return (await this.backfills.exists({ _id, state: 'running' })) !== null;
  }

  private async end({ _id }: BackfillDoc, now: Date, error?: string): Promise<void> {
    await this.backfills.updateOne(
      { _id, state: 'running' },
      { $set: { state: 'over', finishedAt: now, ...(error !== undefined && { error }) }, $unset: { runningOf: 1 } },
    );
    this.logger.info({ backfillId: _id }, error === undefined ? 'backfill.over' : 'backfill.stopped');
  }
}
