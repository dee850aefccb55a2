import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { ScheduleTrigger } from '@pelton/contract';
import type { Model } from 'mongoose';
import { idFrom } from '../common/ids.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { takeDue } from '../schedules/schedule.js';
import { oneRow } from './trigger-rows.js';
import { type Triggered, TriggeredRuns } from './triggered-runs.service.js';

/** Starts a pipeline at the times of its schedule. */
@Injectable()
export class ScheduleStarter {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly runs: TriggeredRuns,
  ) {}

  /**
   * The id of a run follows from its time, and the run is there before the clock moves on. So whoever dies in between, and
   * however many look, each time has one run.
   */
  async startDue(pipeline: Triggered, trigger: ScheduleTrigger, now: Date): Promise<void> {
    const { _id } = pipeline;
    const dueAt = pipeline.trigger?.nextAt;
    if (!dueAt) return;
    const { times, nextAt } = takeDue(trigger, dueAt, now);
    for (const time of times) {
      const at = time.toISOString();
      await this.runs.startOrSay(pipeline, {
        id: idFrom(_id, 'schedule', at),
        cause: { kind: 'schedule', by: at },
        rows: oneRow(trigger, { due_at: at }),
        ...(trigger.missed === 'run-each' && { asOf: time }),
      });
    }
    await this.pipelines.updateOne({ _id, 'trigger.nextAt': dueAt }, { $set: { 'trigger.nextAt': nextAt } });
  }
}
