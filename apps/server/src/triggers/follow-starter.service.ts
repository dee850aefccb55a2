import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, OVER_STATES, type AfterTrigger, type RunState } from '@pelton/contract';
import type { Model } from 'mongoose';
import { idFrom } from '../common/ids.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import type { RunDoc } from '../runs/run.schema.js';
import { followCircle } from './follow-circle.js';
import { oneRow } from './trigger-rows.js';
import { type Triggered, TriggeredRuns } from './triggered-runs.service.js';

type Ended = Pick<RunDoc, '_id' | 'projectId' | 'pipeline' | 'state' | 'finishedAt'>;
const ENDED = { projectId: 1, pipeline: 1, state: 1, finishedAt: 1 } as const;

/** Starts pipelines when a run of another one ends. */
@Injectable()
export class FollowStarter {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    @InjectModel('Run') private readonly ended: Model<RunDoc>,
    private readonly runs: TriggeredRuns,
  ) {}

  /** Each end is told until everybody who follows has a run, whose id follows from that end. */
  async tellEnds(): Promise<void> {
    const untold = await this.ended
      .find({ endUntold: true, state: { $in: OVER_STATES } }, ENDED)
      .limit(100)
      .lean();
    for (const run of untold) {
      await this.tell(run);
      await this.ended.updateOne({ _id: run._id, finishedAt: run.finishedAt }, { $unset: { endUntold: 1 } });
    }
  }

  private async tell(run: Ended): Promise<void> {
    const finishedAt = run.finishedAt ?? new Date();
    const followers = await this.pipelines
      .find({ projectId: run.projectId, 'trigger.trigger.kind': 'after', 'trigger.isPaused': false })
      .lean();
    for (const pipeline of followers) {
      const { trigger, armedAt = finishedAt } = pipeline.trigger ?? {};
      if (trigger?.kind !== 'after' || trigger.pipeline !== run.pipeline) continue;
      if (armedAt > finishedAt || !followsOn(trigger, run.state)) continue;
      const circle = followCircle(followers.map(({ name, trigger: live }) => ({ name, trigger: live?.trigger })));
      if (circle?.includes(pipeline.name)) {
        // Two pipelines that were published at the same moment may have closed it.
        await this.runs.note(pipeline, { error: new AppError('TRIGGER_CIRCLE', { pipelines: circle }).message });
        continue;
      }
      await this.follow(pipeline, trigger, run, finishedAt);
    }
  }

  private async follow(pipeline: Triggered, trigger: AfterTrigger, run: Ended, finishedAt: Date): Promise<void> {
    const ended = { pipeline: run.pipeline, run_id: run._id, state: run.state, finished_at: finishedAt.toISOString() };
    await this.runs.startOrSay(pipeline, {
      id: idFrom(pipeline._id, 'after', run._id, finishedAt.toISOString()),
      cause: { kind: 'pipeline', by: run._id },
      rows: oneRow(trigger, ended),
      // What the other one stored is seen.
      asOf: new Date(),
    });
  }
}

function followsOn({ on }: AfterTrigger, state: RunState): boolean {
  return on === 'ended' ? state !== 'skipped' : state === on;
}
