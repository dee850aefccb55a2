import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Graph, type Relation, type Run, type RunState } from '@pelton/contract';
import type { Model } from 'mongoose';
import { WarehouseService } from '../infra/warehouse.service.js';
import type { PipelineDoc, PipelineVersionDoc } from '../pipelines/pipeline.schema.js';
import { ProjectsService } from '../projects/projects.service.js';
import type { RunDoc } from '../runs/run.schema.js';
import { RunsService } from '../runs/runs.service.js';
import { TRIGGER_STEP } from '../steps/trigger.step.js';
import { periodEvents } from '../triggers/event.queries.js';
import { triggerColumns } from '../triggers/trigger-rows.js';
import type { BackfillDoc, PeriodDoc } from './backfill.schema.js';
import { runIdOf, type RunStates } from './backfill-view.js';

/** The runs of back-fills: starts them, and tells how they are. */
@Injectable()
export class BackfillRuns {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    @InjectModel('PipelineVersion') private readonly versions: Model<PipelineVersionDoc>,
    @InjectModel('Run') private readonly started: Model<RunDoc>,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
    private readonly runs: RunsService,
  ) {}

  /** Runs the version that was live when the back-fill was asked for; whatever was published since. */
  async start(backfill: BackfillDoc, period: PeriodDoc): Promise<Run> {
    const { _id, projectId, pipeline, version, startedBy } = backfill;
    if (!(await this.pipelines.exists({ _id: backfill.pipelineId, projectId, name: pipeline })))
      throw new AppError('NOT_FOUND', { noun: 'pipeline', name: pipeline });
    const published = await this.versions.findOne({ projectId, pipeline, version }).lean();
    if (!published) throw new AppError('NOT_FOUND', { noun: 'version', name: `${version} of ${pipeline}` });
    const { graph } = published;
    return this.runs.launch(
      { projectId, name: startedBy },
      {
        ...{ pipeline, id: runIdOf(backfill, period), cause: { kind: 'backfill', by: _id } },
        frozen: { graph, version },
        asOf: period.to.toISOString(),
        seeds: await this.seedsOf(projectId, graph, period),
      },
    );
  }

  cancel(projectId: string, id: string): Promise<Run> {
    return this.runs.cancel(projectId, id);
  }

  async ofOne(id: string): Promise<RunStates> {
    return (await this.of([id])).get(id) ?? new Map<string, RunState>();
  }

  /** The runs that back-fills have started, by back-fill. */
  async of(ids: readonly string[]): Promise<Map<string, RunStates>> {
    const found = await this.started
      .find({ 'cause.by': { $in: ids }, 'cause.kind': 'backfill' }, { state: 1, cause: 1 })
      .lean();
    const byId = new Map<string, Map<string, RunState>>(ids.map((id) => [id, new Map()]));
    for (const { _id, state, cause } of found) byId.get(cause?.by ?? '')?.set(_id, state);
    return byId;
  }

  /** A pipeline that events start gets those of the period; what else starts pipelines leaves nothing to run again. */
  private async seedsOf(
    projectId: string,
    { steps, trigger }: Graph,
    { from, to }: PeriodDoc,
  ): Promise<Record<string, { rows: Relation }>> {
    if (trigger?.kind !== 'event') return {};
    const { database } = await this.warehouse.project(projectId);
    const { timezone } = await this.projects.find(projectId);
    const period = { from: from.toISOString(), to: to.toISOString(), timezone };
    const rows = { sql: periodEvents(database, trigger, period), columns: triggerColumns(trigger) };
    const fed = steps.filter((step) => step.uses === TRIGGER_STEP);
    return Object.fromEntries(fed.map((step) => [step.id, { rows }]));
  }
}
