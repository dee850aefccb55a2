import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, isRunOver, type Relation, type Run } from '@pelton/contract';
import { identifier, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { idFrom } from '../common/ids.js';
import type { PipelineVersionDoc } from '../pipelines/pipeline.schema.js';
import type { Launch } from '../runs/launch.js';
import { outputId } from '../runs/run-store.service.js';
import type { RunDoc, StepOutputDoc } from '../runs/run.schema.js';
import { INPUT_STEP } from '../steps/input.step.js';
import type { StepRunContext } from '../steps/step-kind.js';
import type { CallablePipeline, GivenPort } from './signature.js';

/** Who can start runs. Steps are known before runs are, so it makes itself known here. */
interface Starter {
  launch(actor: { projectId: string; name: string }, launch: Launch): Promise<Run>;
  retry(projectId: string, id: string): Promise<Run>;
}

/** A run that was called: whether it still goes on. */
interface Called {
  id: string;
  isOpen: boolean;
}

/** Lets a step of a run call another pipeline. The id of the called run follows from run and step, so it is called once. */
@Injectable()
export class PipelineCalls {
  private starter: Starter | undefined;

  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    @InjectModel('PipelineVersion') private readonly versions: Model<PipelineVersionDoc>,
  ) {}

  startWith(starter: Starter): void {
    this.starter = starter;
  }

  /**
   * Starts the run, or tells how it stands. One that failed goes on when the step is begun again, not when it comes to look
   * how its run ended.
   * @throws CALL_CIRCLE, CALL_FAILED
   */
  async call(context: StepRunContext, called: CallablePipeline, rows: Relation | undefined): Promise<Called> {
    const { projectId, runId, stepId, awaited } = context;
    const id = idFrom('call', runId, stepId);
    const known = await this.runs.findOne({ _id: id, projectId }, { state: 1 }).lean();
    if (!known) return this.begin(id, context, called, rows);
    if (!isRunOver(known)) return { id, isOpen: true };
    if (known.state === 'done') return { id, isOpen: false };
    if (awaited === undefined && known.state !== 'skipped') {
      await this.starts().retry(projectId, id);
      return { id, isOpen: true };
    }
    throw new AppError('CALL_FAILED', { pipeline: called.title, state: known.state });
  }

  /** What the ports of a called run gave; undefined where nothing came. */
  async given(id: string, ports: readonly GivenPort[]): Promise<(Relation | undefined)[]> {
    const run = await this.runs.findById(id, { steps: 1 }).lean();
    const done = run?.steps.filter(({ state }) => state === 'done') ?? [];
    const outputs = await this.outputs
      .find({ _id: { $in: done.map((step) => outputId(id, step)) } }, { stepId: 1, relations: 1 })
      .lean();
    return ports.map(({ step, port }) => outputs.find(({ stepId }) => stepId === step)?.relations[port]);
  }

  /** Nothing is read from the called run any more, so its tables may go. */
  async release(runId: string, calledId: string): Promise<void> {
    await this.runs.updateOne({ _id: runId }, { $pull: { readsRuns: calledId } });
  }

  private async begin(
    id: string,
    { projectId, project, runId, pipeline, asOf, isDraft, signal }: StepRunContext,
    called: CallablePipeline,
    rows: Relation | undefined,
  ): Promise<Called> {
    await this.refuseCircle(runId, called);
    const version = await this.versions.findOne({ projectId, pipeline: called.name, version: called.version }).lean();
    if (!version) throw new AppError('PIPELINE_NOT_LIVE', { pipeline: called.title });
    const inputs = version.graph.steps.filter(({ uses }) => uses === INPUT_STEP);
    const seed = rows && (await handOver(id, project, rows, signal));
    // Its tables are kept until they are read.
    await this.runs.updateOne({ _id: runId }, { $addToSet: { readsRuns: id } });
    const run = await this.starts().launch(
      { projectId, name: pipeline },
      {
        id,
        pipeline: called.name,
        cause: { kind: 'pipeline', by: runId },
        frozen: { graph: version.graph, version: called.version },
        dry: isDraft,
        asOf,
        ...(seed && { seeds: Object.fromEntries(inputs.map((step) => [step.id, { rows: seed }])) }),
      },
    );
    if (run.state === 'skipped') throw new AppError('CALL_FAILED', { pipeline: called.title, state: run.state });
    return { id, isOpen: !isRunOver(run) };
  }

  /** Two pipelines that were published at the same moment may have closed a circle. @throws CALL_CIRCLE */
  private async refuseCircle(runId: string, { name, title }: CallablePipeline): Promise<void> {
    const titles: string[] = [];
    for (let id: string | undefined = runId; id !== undefined;) {
      const run: Pick<RunDoc, 'pipeline' | 'pipelineTitle' | 'cause'> | null = await this.runs
        .findById(id, { pipeline: 1, pipelineTitle: 1, cause: 1 })
        .lean();
      if (!run) return;
      titles.unshift(run.pipelineTitle);
      if (run.pipeline === name) throw new AppError('CALL_CIRCLE', { pipelines: [...titles.slice(1), title] });
      id = run.cause?.kind === 'pipeline' ? run.cause.by : undefined;
    }
  }

  private starts(): Starter {
    if (!this.starter) throw new Error('Nobody starts runs yet');
    return this.starter;
  }
}

/** The rows in a table of the called run, so that it needs nothing of the run that calls. */
async function handOver(
  id: string,
  { admin, database }: StepRunContext['project'],
  { sql: rows, columns }: Relation,
  signal: AbortSignal,
): Promise<Relation> {
  const table = `stage_${id}_call_0_rows`;
  await admin.run(sql`CREATE OR REPLACE TABLE ${identifier(table)} ENGINE = MergeTree ORDER BY tuple() AS ${rows}`, {
    signal,
  });
  return { sql: sql`SELECT * FROM ${identifier(database, table)}`, columns };
}
