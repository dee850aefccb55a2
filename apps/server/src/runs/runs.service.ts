import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Graph, type Run, type RunInput, type RunSummary, type Sample } from '@pelton/contract';
import type { Model } from 'mongoose';
import { newId } from '../common/ids.js';
import { structureProblems, titleOf, waitsOf } from '../pipelines/graph-structure.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import { StepsService } from '../steps/steps.service.js';
import { outputId, RunEngine } from './run-engine.service.js';
import type { RunDoc, StepOutputDoc, StepRunDoc } from './run.schema.js';

/** A run looks back from a little before its start, so that events still on their way are in the next one. */
const SETTLE_MS = 5_000;

@Injectable()
export class RunsService {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly projects: ProjectsService,
    private readonly pipelines: PipelinesService,
    private readonly steps: StepsService,
    private readonly definitions: DefinitionsService,
    private readonly engine: RunEngine,
  ) {}

  /**
   * Starts a run: freezes the graph, the definitions, the time zone and the as-of instant.
   * @throws PIPELINE_NOT_LIVE, PIPELINE_EMPTY, or the first thing that keeps the graph from running at all
   */
  async start(actor: { projectId: string; name: string }, pipelineName: string, input: RunInput): Promise<Run> {
    const pipeline = await this.pipelines.find(actor.projectId, pipelineName);
    if (!input.draft && !pipeline.live) throw new AppError('PIPELINE_NOT_LIVE', { pipeline: pipeline.title });
    const graph = input.draft ? pipeline.draft : (pipeline.live?.graph ?? pipeline.draft);
    if (graph.steps.length === 0) throw new AppError('PIPELINE_EMPTY', {});
    const [problem] = structureProblems(graph, this.steps);
    if (problem) throw problem.error;
    const now = new Date();
    const run: RunDoc = {
      _id: newId(),
      projectId: actor.projectId,
      pipeline: pipeline.name,
      pipelineTitle: pipeline.title,
      ...(!input.draft && pipeline.live && { version: pipeline.live.version }),
      draft: input.draft,
      asOf: input.asOf ? new Date(input.asOf) : new Date(now.getTime() - SETTLE_MS),
      state: 'running',
      graph,
      definitions: await this.definitions.freeze(actor.projectId),
      timezone: (await this.projects.find(actor.projectId)).timezone,
      waits: Object.fromEntries(waitsOf(graph, this.steps)),
      steps: graph.steps.map((step) => newStepRun(step, titleOf(graph, step.id, this.steps))),
      startedBy: actor.name,
      startedAt: now,
      revision: 1,
    };
    await this.runs.create(run);
    await this.engine.advance(run._id);
    return this.find(actor.projectId, run._id);
  }

  async find(projectId: string, id: string): Promise<Run> {
    const run = await this.runs.findOne({ _id: id, projectId }).lean();
    if (!run) throw new AppError('NOT_FOUND', { noun: 'run', name: id });
    return toRun(run);
  }

  async list(
    projectId: string,
    filter: { pipeline?: string | undefined; limit: number; offset: number },
  ): Promise<RunSummary[]> {
    const of = { projectId, ...(filter.pipeline && { pipeline: filter.pipeline }) };
    const runs = await this.runs
      .find(of, { graph: 0, definitions: 0 })
      .sort({ startedAt: -1 })
      .skip(filter.offset)
      .limit(filter.limit)
      .lean();
    return runs.map(toSummary);
  }

  /** Ends a run where it is. A step that is running stops as soon as it can; what is stored stays. */
  async cancel(projectId: string, id: string): Promise<Run> {
    const cancelled = await this.runs.findOneAndUpdate(
      { _id: id, projectId, state: 'running' },
      {
        $set: { state: 'cancelled', finishedAt: new Date(), 'steps.$[step].state': 'cancelled' },
        $inc: { revision: 1 },
      },
      { arrayFilters: [{ 'step.state': 'waiting' }] },
    );
    if (!cancelled) throw new AppError('RUN_OVER', { state: (await this.find(projectId, id)).state });
    return this.find(projectId, id);
  }

  /** Goes on with a failed or cancelled run: what is done stays done. */
  async retry(projectId: string, id: string): Promise<Run> {
    const resumed = await this.runs.findOneAndUpdate(
      { _id: id, projectId, state: { $in: ['failed', 'cancelled'] } },
      {
        $set: { state: 'running', 'steps.$[step].state': 'waiting' },
        $unset: { finishedAt: 1 },
        $inc: { revision: 1 },
      },
      { arrayFilters: [{ 'step.state': { $in: ['failed', 'skipped', 'cancelled', 'running'] } }] },
    );
    if (!resumed) throw new AppError('RUN_NOT_FAILED', { state: (await this.find(projectId, id)).state });
    await this.engine.advance(id);
    return this.find(projectId, id);
  }

  async samples(projectId: string, id: string, stepId: string): Promise<Sample[]> {
    const run = await this.find(projectId, id);
    const step = run.steps.find((item) => item.id === stepId && item.state === 'done');
    const output = step && (await this.outputs.findById(outputId(id, step)).lean());
    return Object.values(output?.samples ?? {});
  }

  count(projectId: string): Promise<number> {
    return this.runs.countDocuments({ projectId });
  }
}

function newStepRun(step: Graph['steps'][number], title: string): StepRunDoc {
  return {
    id: step.id,
    uses: step.uses,
    title,
    state: 'waiting',
    attempt: 0,
    rowsIn: null,
    rows: {},
    foot: null,
    ms: null,
    sql: null,
    error: null,
  };
}

function toRun(run: RunDoc): Run {
  return {
    ...common(run),
    graph: run.graph,
    steps: run.steps.map(({ worker: _worker, leaseUntil: _lease, startedAt, finishedAt, ...step }) => ({
      ...step,
      error: step.error ?? null,
      startedAt: startedAt ? new Date(startedAt).toISOString() : null,
      finishedAt: finishedAt ? new Date(finishedAt).toISOString() : null,
    })),
  };
}

function toSummary(run: Pick<RunDoc, Exclude<keyof RunDoc, 'graph' | 'definitions'>>): RunSummary {
  const failed = run.steps.filter((step) => step.state === 'failed').map((step) => step.title);
  return {
    ...common(run),
    steps: { total: run.steps.length, done: run.steps.filter((step) => step.state === 'done').length, failed },
  };
}

function common(run: Pick<RunDoc, Exclude<keyof RunDoc, 'graph' | 'definitions'>>) {
  const { _id, pipeline, pipelineTitle, version, draft, asOf, state, startedBy, startedAt, finishedAt, revision } = run;
  return {
    id: _id,
    pipeline,
    pipelineTitle,
    version: version ?? null,
    draft,
    asOf: asOf.toISOString(),
    state,
    startedBy,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
    revision,
  };
}
