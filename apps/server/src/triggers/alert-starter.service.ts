import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { type AlertTrigger, isAppError } from '@pelton/contract';
import type { Model } from 'mongoose';
import { idFrom } from '../common/ids.js';
import { MetricsService } from '../metrics/metrics.service.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { takeDue } from '../schedules/schedule.js';
import { judgeAlert, type Judged } from './judge-alert.js';
import { oneRow } from './trigger-rows.js';
import { type Triggered, TriggeredRuns } from './triggered-runs.service.js';

/** Starts a pipeline when a metric crosses its threshold, and not while it stays beyond. */
@Injectable()
export class AlertStarter {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly metrics: MetricsService,
    private readonly runs: TriggeredRuns,
  ) {}

  /** The run is there before the crossing is written down, under an id that follows from when it was looked. */
  async look(pipeline: Triggered, trigger: AlertTrigger, now: Date): Promise<void> {
    const { _id, trigger: state } = pipeline;
    const dueAt = state?.nextAt;
    if (!dueAt) return;
    const { times, nextAt } = takeDue({ ...trigger.look, missed: 'run-once' }, dueAt, now);
    const seen = times.length > 0 ? await this.judge(pipeline, trigger, now) : undefined;
    // What was beyond the threshold when the alert began has not crossed it.
    if (seen?.isOver && state.alert?.isOver === false) await this.fire(pipeline, trigger, dueAt, seen);
    const alert = seen && { isOver: seen.isOver, value: seen.value, lookedAt: now };
    await this.pipelines.updateOne(
      { _id, 'trigger.nextAt': dueAt },
      { $set: { 'trigger.nextAt': nextAt, ...(alert && { 'trigger.alert': alert }) } },
    );
  }

  private async fire(pipeline: Triggered, trigger: AlertTrigger, dueAt: Date, seen: Judged): Promise<void> {
    const { metric, threshold } = trigger;
    const { period, value, before } = seen;
    await this.runs.startOrSay(pipeline, {
      id: idFrom(pipeline._id, 'alert', dueAt.toISOString()),
      cause: { kind: 'alert', by: metric },
      rows: oneRow(trigger, { metric, period, value, before, threshold }),
    });
  }

  private async judge(
    pipeline: Triggered,
    { metric, grain, is, threshold }: AlertTrigger,
    now: Date,
  ): Promise<Judged | undefined> {
    try {
      const values = await this.metrics.values(pipeline.projectId, metric, { grain, asOf: now.toISOString() });
      if (values.kind !== 'series') return undefined;
      await this.runs.note(pipeline, { error: null });
      return judgeAlert({ is, threshold }, values.points);
    } catch (error) {
      if (!isAppError(error) || error.code === 'SERVICE_DOWN') throw error;
      await this.runs.note(pipeline, { error: error.message });
      return undefined;
    }
  }
}
