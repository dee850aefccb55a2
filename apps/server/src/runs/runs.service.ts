import { Injectable, type OnModuleInit } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Run, type RunSummary, type Sample } from '@pelton/contract';
import type { Model } from 'mongoose';
import { PipelineCalls } from '../calls/pipeline-calls.service.js';
import type { Launch } from './launch.js';
import { cancelRun } from './cancel-run.js';
import { RunEngine } from './run-engine.service.js';
import { outputId } from './run-store.service.js';
import { RunCounts } from './run-counts.service.js';
import { RunLauncher } from './run-launcher.service.js';
import { readBy } from './read-through.js';
import { toRun, toSummary } from './run-view.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';

/** The states of steps that are to be done when their run is over and goes on after all. */
const UNDONE = ['failed', 'skipped', 'cancelled', 'running'] as const;

@Injectable()
export class RunsService implements OnModuleInit {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly launcher: RunLauncher,
    private readonly counts: RunCounts,
    private readonly engine: RunEngine,
    private readonly calls: PipelineCalls,
  ) {}

  onModuleInit(): void {
    this.calls.startWith(this);
  }

  /**
   * Starts a run, whatever the cause. Everything that starts one goes through here.
   * @throws PIPELINE_NOT_LIVE, PIPELINE_EMPTY, RUN_PART_ALONE, or the first thing that keeps the graph from running at all
   */
  async launch(actor: { projectId: string; name: string }, launch: Launch): Promise<Run> {
    const run = await this.launcher.launch(actor, launch);
    if (run.state === 'queued') {
      await this.engine.giveTurns(run);
      return this.find(actor.projectId, run._id);
    }
    await this.engine.start(run);
    return toRun(run);
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
    if (!(await cancelRun(this.runs, { _id: id, projectId })))
      throw new AppError('RUN_OVER', { state: (await this.find(projectId, id)).state });
    const run = await this.find(projectId, id);
    await this.engine.giveTurns({ projectId, pipeline: run.pipeline });
    await this.engine.wakeCaller(run);
    return run;
  }

  /** Starts no more steps; those that are running go on to their end. */
  async pause(projectId: string, id: string): Promise<Run> {
    const paused = await this.runs.updateOne(
      { _id: id, projectId, state: 'running' },
      { $set: { state: 'paused' }, $inc: { revision: 1 } },
    );
    const run = await this.find(projectId, id);
    if (paused.matchedCount === 0) throw new AppError('RUN_OVER', { state: run.state });
    return run;
  }

  async resume(projectId: string, id: string): Promise<Run> {
    const resumed = await this.runs.updateOne(
      { _id: id, projectId, state: 'paused' },
      { $set: { state: 'running' }, $inc: { revision: 1 } },
    );
    if (resumed.matchedCount === 0)
      throw new AppError('RUN_NOT_PAUSED', { state: (await this.find(projectId, id)).state });
    await this.engine.advance(id);
    return this.find(projectId, id);
  }

  /**
   * Goes on with a failed or cancelled run: what is done stays done, what failed or killed may do so as often again. What is
   * read through for that is read as things are now, which somebody may have mended.
   */
  async retry(projectId: string, id: string): Promise<Run> {
    const anew = { state: 'waiting', tries: 0, deaths: 0 };
    const through = [...readBy(UNDONE, await this.find(projectId, id))];
    const resumed = await this.runs.findOneAndUpdate(
      { _id: id, projectId, state: { $in: ['failed', 'cancelled'] } },
      {
        $set: {
          state: 'running',
          endUntold: true,
          ...Object.fromEntries(Object.entries(anew).map(([field, value]) => [`steps.$[step].${field}`, value])),
          'steps.$[through].state': 'waiting',
          'steps.$[through].rows': {},
        },
        $unset: { finishedAt: 1, 'steps.$[step].retry': 1, 'steps.$[step].awaits': 1 },
        $inc: { revision: 1 },
      },
      {
        arrayFilters: [{ 'step.state': { $in: UNDONE } }, { 'through.id': { $in: through }, 'through.state': 'done' }],
      },
    );
    if (!resumed) throw new AppError('RUN_NOT_FAILED', { state: (await this.find(projectId, id)).state });
    await this.engine.advance(id);
    return this.find(projectId, id);
  }

  /** Counts the rows of steps that were read through. */
  async countRows(projectId: string, id: string): Promise<Run> {
    await this.counts.count(projectId, id);
    return this.find(projectId, id);
  }

  async samples(projectId: string, id: string, stepId: string): Promise<Sample[]> {
    const run = await this.find(projectId, id);
    const step = run.steps.find((item) => item.id === stepId && (item.state === 'done' || item.state === 'failed'));
    const output = step && (await this.outputs.findById(outputId(id, step)).lean());
    return Object.values(output?.samples ?? {});
  }

  count(projectId: string): Promise<number> {
    return this.runs.countDocuments({ projectId });
  }
}
