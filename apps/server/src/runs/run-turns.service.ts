import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { OVER_STATES } from '@pelton/contract';
import type { Model, QueryFilter } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { Passes } from '../common/passes.js';
import { cancelRun } from './cancel-run.js';
import type { RunDoc } from './run.schema.js';
import type { Turn } from './turn.js';

type Queued = Pick<RunDoc, '_id'> & { turn: Turn };

/**
 * Lets as many runs of a pipeline go on at once as its settings allow. A run that goes on has a slot, which a unique index
 * gives to one run alone, and is taken from a run that is over. So any number of processes may look at the same time, and
 * none has to know that a run ended.
 */
@Injectable()
export class RunTurns {
  private readonly passes = new Passes<string[]>();

  constructor(@InjectModel('Run') private readonly runs: Model<RunDoc>) {}

  /** The pipelines that have queued runs. */
  async waiting(): Promise<{ projectId: string; pipeline: string }[]> {
    const pipelines = await this.runs.aggregate<{ _id: { projectId: string; pipeline: string } }>([
      { $match: { state: 'queued' } },
      { $group: { _id: { projectId: '$projectId', pipeline: '$pipeline' } } },
    ]);
    return pipelines.map(({ _id }) => _id);
  }

  /** Whether a run that is started now would have to wait, or take another's place. */
  async isBusy(projectId: string, pipeline: string, atOnce: number): Promise<boolean> {
    const open = { projectId, pipeline, turn: { $exists: true }, state: { $nin: OVER_STATES } };
    return (await this.runs.countDocuments(open)) >= atOnce;
  }

  /**
   * Settles who of the queued runs of a pipeline goes on, who waits and who is left out: those of a higher priority first,
   * then those that were asked for first. However many ask at the same time, one pass at a time looks.
   * @returns the runs that were started for this call, and for no other
   */
  async give(projectId: string, pipeline: string): Promise<string[]> {
    return (await this.passes.ask(`${projectId} ${pipeline}`, () => this.pass(projectId, pipeline))) ?? [];
  }

  private async pass(projectId: string, pipeline: string): Promise<string[]> {
    const started: string[] = [];
    const queued = { projectId, pipeline, state: 'queued' as const };
    for (let run = await this.first(queued); run; run = await this.first(queued)) {
      const outcome = (await this.isOvertaken(queued, run.turn))
        ? await this.skip(run)
        : await this.settle(projectId, pipeline, run);
      if (outcome === 'started') started.push(run._id);
      if (outcome === 'waits') break;
    }
    return started;
  }

  /** Whether as many runs as may go on at once come after it, and replace what goes on. */
  private async isOvertaken(queued: QueryFilter<RunDoc>, { whenBusy, atOnce }: Turn): Promise<boolean> {
    return whenBusy === 'replace' && (await this.runs.countDocuments(queued, { limit: atOnce + 1 })) > atOnce;
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

  private async first(queued: QueryFilter<RunDoc>): Promise<Queued | undefined> {
    const run = await this.runs.findOne(queued, { turn: 1 }).sort({ priority: 1, startedAt: 1, _id: 1 }).lean();
    return run?.turn && { _id: run._id, turn: run.turn };
  }

  private async takeSlot(run: Queued, slots: readonly string[]): Promise<'started' | 'full' | 'gone'> {
    const going = await this.runs.find({ slot: { $in: slots }, state: { $nin: OVER_STATES } }, { slot: 1 }).lean();
    const taken = new Set(going.map(({ slot }) => slot));
    for (const slot of slots.filter((each) => !taken.has(each))) {
      await this.runs.updateOne({ slot, state: { $in: OVER_STATES } }, { $unset: { slot: 1 } });
      const outcome = await this.claim(run, slot);
      if (outcome !== 'taken') return outcome;
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
