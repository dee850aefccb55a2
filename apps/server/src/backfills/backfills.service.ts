import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Backfill, type BackfillInput, type BackfillSummary } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { ProjectsService } from '../projects/projects.service.js';
import { periodsOf } from './backfill-periods.js';
import { BackfillRunner } from './backfill-runner.service.js';
import { BackfillRuns } from './backfill-runs.service.js';
import type { BackfillDoc, PeriodDoc } from './backfill.schema.js';
import { runIdOf, toBackfill, toSummary, withEnds } from './backfill-view.js';

/** How many back-fills a list has, the newest first. */
const LISTED = 20;

/** What people do with back-fills; {@link BackfillRunner} starts their runs. */
@Injectable()
export class BackfillsService {
  constructor(
    @InjectModel('Backfill') private readonly backfills: Model<BackfillDoc>,
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly projects: ProjectsService,
    private readonly runs: BackfillRuns,
    private readonly runner: BackfillRunner,
  ) {}

  /** @throws PIPELINE_NOT_LIVE, BACKFILL_EMPTY, BACKFILL_TOO_LONG, BACKFILL_RUNNING */
  async start(
    actor: { projectId: string; name: string },
    name: string,
    input: BackfillInput,
    now: Date = new Date(),
  ): Promise<Backfill> {
    const { projectId } = actor;
    const pipeline = await this.pipeline(projectId, name);
    if (!pipeline.live) throw new AppError('PIPELINE_NOT_LIVE', { pipeline: pipeline.title });
    const { timezone } = await this.projects.find(projectId);
    const { version } = pipeline.live;
    const periods = periodsOf(input, timezone, now);
    const done = input.again ? new Set<number>() : await this.doneBefore(pipeline._id, version, input.every);
    const doc: BackfillDoc = {
      ...{ _id: newId(), projectId, pipelineId: pipeline._id, pipeline: name, version, ...input },
      ...{ state: 'running', runningOf: pipeline._id },
      periods: periods.map((period) => (done.has(period.to.getTime()) ? { ...period, isSkipped: true } : period)),
      ...{ startedBy: actor.name, startedAt: now },
    };
    await this.backfills.create(doc).catch((error: unknown) => {
      throw isDuplicate(error) ? new AppError('BACKFILL_RUNNING', { pipeline: pipeline.title }) : error;
    });
    return toBackfill(doc, new Map());
  }

  /** The newest back-fills of a pipeline. */
  async list(projectId: string, name: string): Promise<BackfillSummary[]> {
    const { _id: pipelineId } = await this.pipeline(projectId, name);
    const found = await this.backfills
      .find({ projectId, pipeline: name, pipelineId })
      .sort({ startedAt: -1 })
      .limit(LISTED)
      .lean();
    const runs = await this.runs.of(found.map(({ _id }) => _id));
    return found.map((doc) => toSummary(doc, runs.get(doc._id) ?? new Map()));
  }

  async find(projectId: string, name: string, id: string): Promise<Backfill> {
    const doc = await this.load(projectId, name, id);
    return toBackfill(doc, await this.runs.ofOne(id));
  }

  /** Starts no more runs, and cancels those that go on; what they stored stays. @throws BACKFILL_OVER */
  async cancel(projectId: string, name: string, id: string, now: Date = new Date()): Promise<Backfill> {
    const cancelled = await this.backfills.updateOne(
      { _id: id, projectId, pipeline: name, state: 'running' },
      { $set: { state: 'cancelled', finishedAt: now }, $unset: { runningOf: 1 } },
    );
    if (cancelled.modifiedCount === 0)
      throw new AppError('BACKFILL_OVER', { state: (await this.find(projectId, name, id)).state });
    await this.runner.cancelRuns(await this.load(projectId, name, id));
    return this.find(projectId, name, id);
  }

  /** The ends of the periods that earlier back-fills of the same version have done. */
  private async doneBefore(
    pipelineId: string,
    version: number,
    every: BackfillInput['every'],
  ): Promise<ReadonlySet<number>> {
    const earlier = await this.backfills.find({ pipelineId, version, every }).lean();
    const runs = await this.runs.of(earlier.map(({ _id }) => _id));
    const isDone = (doc: BackfillDoc, period: PeriodDoc) =>
      withEnds(doc, runs.get(doc._id) ?? new Map()).get(runIdOf(doc, period)) === 'done';
    return new Set(
      earlier.flatMap((doc) =>
        doc.periods.filter((period) => isDone(doc, period)).map((period) => period.to.getTime()),
      ),
    );
  }

  private async load(projectId: string, pipeline: string, id: string): Promise<BackfillDoc> {
    const doc = await this.backfills.findOne({ _id: id, projectId, pipeline }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'back-fill', name: id });
    return doc;
  }

  private async pipeline(projectId: string, name: string): Promise<PipelineDoc> {
    const doc = await this.pipelines.findOne({ projectId, name }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'pipeline', name });
    return doc;
  }
}
