import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isAppError, type Relation, type Run, type RunCause } from '@pelton/contract';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { RunsService } from '../runs/runs.service.js';
import { TRIGGER_STEP } from '../steps/trigger.step.js';

/** A pipeline whose trigger has something to start. */
export type Triggered = Pick<PipelineDoc, '_id' | 'projectId' | 'name' | 'live' | 'trigger'>;

/** What a trigger starts a run with. The same id starts one run, however often it is asked for. */
export interface Start {
  id: string;
  cause: RunCause;
  rows: Relation;
  asOf?: Date;
}

/** Starts runs for triggers, with the rows that the trigger brings. */
@Injectable()
export class TriggeredRuns {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly runs: RunsService,
    private readonly logger: PinoLogger,
  ) {}

  async start(pipeline: Triggered, { id, cause, rows, asOf }: Start): Promise<Run> {
    const { projectId, name } = pipeline;
    const steps = pipeline.live?.graph.steps.filter((step) => step.uses === TRIGGER_STEP) ?? [];
    const run = await this.runs.launch(
      { projectId, name: cause.kind },
      {
        ...{ pipeline: name, id, cause },
        seeds: Object.fromEntries(steps.map((step) => [step.id, { rows }])),
        ...(asOf && { asOf: asOf.toISOString() }),
      },
    );
    this.logger.info({ runId: id, pipeline: name, cause: cause.kind }, 'trigger.started');
    return run;
  }

  /** Like {@link start}, for what is not tried again: a pipeline that cannot run says why on its trigger. */
  async startOrSay(pipeline: Triggered, start: Start): Promise<void> {
    const error = await this.start(pipeline, start).then(
      () => null,
      (cause: unknown) => {
        if (!isAppError(cause) || cause.code === 'SERVICE_DOWN') throw cause;
        return cause.message;
      },
    );
    await this.note(pipeline, { error, ...(error === null && { lastAt: new Date() }) });
  }

  /** Writes down how the trigger stands, unless the pipeline has another one by now. */
  async note({ _id, trigger }: Triggered, change: { error?: string | null; lastAt?: Date }): Promise<void> {
    const set = Object.entries(change).map(([field, value]) => [`trigger.${field}`, value]);
    await this.pipelines.updateOne(
      { _id, 'trigger.trigger.kind': trigger?.trigger.kind },
      { $set: Object.fromEntries(set) },
    );
  }
}
