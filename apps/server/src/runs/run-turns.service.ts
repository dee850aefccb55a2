import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { OVER_STATES } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { cancelRun } from './cancel-run.js';
import type { RunDoc } from './run.schema.js';
import type { Turn } from './turn.js';

type Queued = Pick<RunDoc, '_id'> & { turn: Turn };

/**
 * Lets as many runs of a pipeline go on at once as its settings allow. A run that goes on has a slot, which a unique index
 * gives to one run alone. So any number of processes may look at the same time, and none has to be told that a run ended:
 * a slot is taken from a run that is over.
 */
@Injectable()
export class RunTurns {
  constructor(@InjectModel('Run') private readonly runs: Model<RunDoc>) {}

  /** The pipelines that have queued runs. */
  async waiting(): Promise<{ projectId: string; pipeline: string }[]> {
    const queued = await this.runs.find({ state: 'queued' }, { projectId: 1, pipeline: 1 }).lean();
    const byKey = new Map(
      queued.map(({ projectId, pipeline }) => [`${projectId} ${pipeline}`, { projectId, pipeline }]),
    );
    return [...byKey.values()];
  }

  /** Whether a run that is started now would have to wait, or take another's place. */
  async isBusy(projectId: string, pipeline: string, atOnce: number): Promise<boolean> {
    const open = { projectId, pipeline, turn: { $exists: true }, state: { $nin: OVER_STATES } };
    return (await this.runs.countDocuments(open)) >= atOnce;
  }

  /**
   * Settles who of the queued runs of a pipeline goes on, who waits and who is left out: those of a higher priority first,
   * then those that were asked for first.
   * @returns the runs that this call started
   */
  async give(projectId: string, pipeline: string): Promise<string[]> {
    const started: string[] = [];
    const queued = await this.queued(projectId, pipeline);
    for (const [index, run] of queued.entries()) {
      const isOvertaken = run.turn.whenBusy === 'replace' && queued.length - index > run.turn.atOnce;
      const outcome = isOvertaken ? await this.skip(run) : await this.settle(projectId, pipeline, run);
      if (outcome === 'started') started.push(run._id);
      if (outcome === 'waits') break;
    }
    return started;
  }

  private async settle(
    projectId: string,
    pipeline: string,
    run: Queued,
  ): Promise<'started' | 'waits' | 'skipped' | 'gone'> {
    const slots = Array.from({ length: run.turn.atOnce }, (_, index) => `${projectId} ${pipeline} ${index}`);
    const outcome = await this.takeSlot(run, slots);
    if (outcome !== 'full') return outcome;
    switch (run.turn.whenBusy) {
      case 'queue':
        return 'waits';
      case 'skip':
        return this.skip(run);
      case 'replace': {
        const [oldest] = await this.runs
          .find({ slot: { $in: slots } }, { _id: 1 })
          .sort({ startedAt: 1 })
          .limit(1)
          .lean();
        if (oldest) await cancelRun(this.runs, { _id: oldest._id });
        const again = await this.takeSlot(run, slots);
        return again === 'full' ? 'waits' : again;
      }
    }
  }

  private async queued(projectId: string, pipeline: string): Promise<Queued[]> {
    const queued = await this.runs
      .find({ projectId, pipeline, state: 'queued' }, { turn: 1, priority: 1, startedAt: 1 })
      .sort({ priority: 1, startedAt: 1, _id: 1 })
      .lean();
    return queued.flatMap(({ _id, turn }) => (turn ? [{ _id, turn }] : []));
  }

  private async takeSlot(run: Queued, slots: readonly string[]): Promise<'started' | 'full' | 'gone'> {
    for (const slot of slots) {
      const outcome = await this.claim(run, slot);
      if (outcome !== 'taken') return outcome;
      if (!(await this.freeSlot(slot))) continue;
      const again = await this.claim(run, slot);
      if (again !== 'taken') return again;
    }
    return 'full';
  }

  private async claim({ _id }: Queued, slot: string): Promise<'started' | 'taken' | 'gone'> {
    try {
      const claimed = await this.runs.updateOne(
        { _id, state: 'queued' },
        { $set: { state: 'running', slot, startedAt: new Date() }, $inc: { revision: 1 } },
      );
      return claimed.modifiedCount > 0 ? 'started' : 'gone';
    } catch (error) {
      if (isDuplicate(error)) return 'taken';
      throw error;
    }
  }

  private async freeSlot(slot: string): Promise<boolean> {
    const freed = await this.runs.updateOne({ slot, state: { $in: OVER_STATES } }, { $unset: { slot: 1 } });
    return freed.modifiedCount > 0;
  }

  private async skip({ _id }: Queued): Promise<'skipped'> {
    await this.runs.updateOne(
      { _id, state: 'queued' },
      {
        $set: { state: 'skipped', finishedAt: new Date(), 'steps.$[step].state': 'skipped' },
        $unset: { endUntold: 1 },
        $inc: { revision: 1 },
      },
      { arrayFilters: [{ 'step.state': 'waiting' }] },
    );
    return 'skipped';
  }
}
