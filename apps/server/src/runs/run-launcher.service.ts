import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Graph, type Pipeline } from '@pelton/contract';
import type { Model } from 'mongoose';
import { isDuplicate } from '../common/duplicate.js';
import { newId } from '../common/ids.js';
import { structureProblems, titleOf, waitsOf } from '../pipelines/graph-structure.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { WarehouseService } from '../infra/warehouse.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import { StepsService } from '../steps/steps.service.js';
import { errorsTaken, type Launch, newStepRun, runsReadBy, type Seeded, stepsOfPart, waitsWithin } from './launch.js';
import { readThrough, waitsPast } from './read-through.js';
import { outputId } from './run-store.service.js';
import { PinsService } from './pins.service.js';
import { RunSeeds } from './run-seeds.service.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';
import { isTold, priorityOf, turnOf } from './turn.js';

/** A run looks back from a little before its start, so that events still on their way are in the next one. */
const SETTLE_MS = 5_000;

/** Tables carry it in their names. */
const RUN_ID = /^[0-9a-z]{20}$/;

/** Which steps a run has, which of them count as done, and the instant that follows from those. */
interface Members {
  seeds: Seeded[];
  only: readonly string[];
  asOf?: Date;
}

/** Writes the document of a new run: freezes the graph, the definitions, the time zone and the as-of instant. */
@Injectable()
export class RunLauncher {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly projects: ProjectsService,
    private readonly pipelines: PipelinesService,
    private readonly steps: StepsService,
    private readonly definitions: DefinitionsService,
    private readonly seeds: RunSeeds,
    private readonly pins: PinsService,
    private readonly warehouse: WarehouseService,
  ) {}

  /** @returns the run; when it was launched before, as it stands by now */
  async launch(actor: { projectId: string; name: string }, launch: Launch): Promise<RunDoc> {
    const { projectId } = actor;
    if (launch.id !== undefined && !RUN_ID.test(launch.id)) throw new Error(`${launch.id} is no id of a run`);
    const finding = Promise.all([this.pipelines.find(projectId, launch.pipeline), this.projects.find(projectId)]);
    finding.catch(() => undefined); // a run that is known may have outlived them
    const known = launch.id && (await this.runs.findOne({ _id: launch.id, projectId }).lean());
    if (known) return known;
    const [pipeline, { timezone }] = await finding;
    const { graph, version } = chosen(pipeline, launch);
    if (graph.steps.length === 0) throw new AppError('PIPELINE_EMPTY', {});
    const [problem] = structureProblems(graph, this.steps);
    if (problem) throw problem.error;
    const turn = turnOf(launch, graph.settings);
    const isOfDraft = launch.draft === true && !launch.frozen;
    const pins = isOfDraft ? await this.pins.ofDraft(projectId, pipeline.name, graph) : new Map<string, string>();
    // Who tries something out looks at every step of it, so there every step runs by itself.
    const isWatched = isDry(launch);
    const [members, definitions, queries] = await Promise.all([
      this.members(projectId, graph, launch, pins),
      this.definitions.freeze(projectId, graph),
      isWatched ? undefined : this.queriesOf(projectId, graph),
    ]);
    const run: RunDoc = {
      _id: launch.id ?? newId(),
      projectId,
      pipeline: pipeline.name,
      pipelineTitle: pipeline.title,
      ...(version !== undefined && { version }),
      draft: launch.draft === true,
      dry: isDry(launch),
      cause: launch.cause,
      ...priorityOf(launch, graph.settings),
      ...(turn && { turn }),
      ...(isTold(launch) && { endUntold: true }),
      asOf: launch.asOf ? new Date(launch.asOf) : (members.asOf ?? new Date(Date.now() - SETTLE_MS)),
      state: turn ? 'queued' : 'running',
      graph,
      definitions,
      timezone,
      ...this.stepsOf(graph, members, { pins, queries }),
      startedBy: actor.name,
      startedAt: new Date(),
      revision: 1,
    };
    return this.write(run, members.seeds);
  }

  private async members(
    projectId: string,
    graph: Graph,
    launch: Launch,
    pins: ReadonlyMap<string, string>,
  ): Promise<Members> {
    const { part } = launch;
    if (!part) {
      const seeds = launch.seeds ? await this.seeds.given(projectId, graph, launch.seeds) : [];
      return { seeds, only: launch.only ?? graph.steps.map((step) => step.id) };
    }
    if (!graph.steps.some((step) => step.id === part.step))
      throw new AppError('NOT_FOUND', { noun: 'step', name: part.step });
    const waits = waitsOf(graph, this.steps);
    const only = stepsOfPart(waits, part);
    const of = { projectId, pipeline: launch.pipeline, dry: isDry(launch), pins };
    const earlier = await this.seeds.fromEarlier(of, graph, { waits, part: only });
    return earlier ? { ...earlier, only } : { seeds: [], only };
  }

  private async queriesOf(projectId: string, { steps }: Graph): Promise<Set<string>> {
    return this.steps.queriesOf(await this.warehouse.project(projectId), steps);
  }

  /**
   * A pinned step waits for nothing.
   * @param queries see StepsService.queriesOf; absent when every step runs by itself
   */
  private stepsOf(
    graph: Graph,
    { seeds, only }: Members,
    { pins, queries }: { pins: ReadonlyMap<string, string>; queries: ReadonlySet<string> | undefined },
  ): Pick<RunDoc, 'steps' | 'waits' | 'handles' | 'readsRuns'> {
    const seeded = new Map(seeds.map(({ step }) => [step.id, step]));
    const members = graph.steps.filter(({ id }) => seeded.has(id) || only.includes(id));
    const through = queries
      ? readThrough(members, (step) => (seeded.has(step.id) ? 'acts' : this.steps.readingOf(step, queries)))
      : new Set<string>();
    const steps = members.map((step) => {
      const pin = pins.get(step.id);
      const fresh = newStepRun(step, titleOf(graph, step.id, this.steps));
      const how = { ...(pin && { pin }), ...(through.has(step.id) && { readThrough: true }) };
      return seeded.get(step.id) ?? { ...fresh, ...how };
    });
    const readsRuns = [...new Set(seeds.flatMap(({ output }) => runsReadBy(output)))];
    const waits = waitsWithin(waitsOf(graph, this.steps), new Set(steps.map(({ id }) => id)));
    return {
      steps,
      waits: { ...waitsPast(waits, through), ...Object.fromEntries([...pins.keys()].map((id) => [id, []])) },
      handles: errorsTaken(graph),
      ...(readsRuns.length > 0 && { readsRuns }),
    };
  }

  /** What the seeds gave is durable before the run is there, so that nothing starts without it. */
  private async write(run: RunDoc, seeds: Seeded[]): Promise<RunDoc> {
    await Promise.all(
      seeds.map(({ step, output }) =>
        this.outputs.updateOne(
          { _id: outputId(run._id, step) },
          { $set: { runId: run._id, stepId: step.id, ...output } },
          { upsert: true },
        ),
      ),
    );
    try {
      await this.runs.create(run);
      return run;
    } catch (error) {
      const known = isDuplicate(error) && (await this.runs.findById(run._id).lean());
      if (!known) throw error;
      return known;
    }
  }
}

function isDry({ draft, dry }: Pick<Launch, 'draft' | 'dry'>): boolean {
  return draft === true || dry === true;
}

function chosen(
  { title, draft, live }: Pipeline,
  launch: Pick<Launch, 'draft' | 'frozen'>,
): { graph: Graph; version?: number | undefined } {
  if (launch.frozen) return launch.frozen;
  if (launch.draft) return { graph: draft };
  if (!live) throw new AppError('PIPELINE_NOT_LIVE', { pipeline: title });
  return live;
}
