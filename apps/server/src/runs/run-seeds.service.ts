import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Graph, type Relation, type Sample, type Step } from '@pelton/contract';
import { bind, sql } from '@pelton/sdk';
import type { Model } from 'mongoose';
import { WarehouseService } from '../infra/warehouse.service.js';
import { titleOf } from '../pipelines/graph-structure.js';
import { StepsService } from '../steps/steps.service.js';
import { newStepRun, type Seeded, stepsBefore } from './launch.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';
import { outputId } from './run-store.service.js';

const SAMPLE_ROWS = 50;
/** How many runs back the rows of an earlier step are looked for. */
const LOOK_BACK = 20;

type Earlier = Pick<RunDoc, '_id' | 'graph' | 'steps'>;

/** Makes steps count as done in a run that starts: with relations that the caller has, or with those of an earlier run. */
@Injectable()
export class RunSeeds {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly warehouse: WarehouseService,
    private readonly steps: StepsService,
  ) {}

  /** @throws what reading a relation throws, when its rows are gone */
  given(projectId: string, graph: Graph, seeds: Record<string, Record<string, Relation>>): Promise<Seeded[]> {
    const steps = graph.steps.filter((step) => seeds[step.id]);
    return Promise.all(
      steps.map(async (step) => {
        const relations = seeds[step.id] ?? {};
        const samples = await this.samplesOf(projectId, relations);
        const rows = Object.fromEntries(Object.values(samples).map((sample) => [sample.port, sample.total]));
        return { step: this.seeded(graph, step, { rows }), output: { relations, samples } };
      }),
    );
  }

  /**
   * The steps before a part as the latest run left them whose tables still exist and in which they stood as they stand now.
   * A run that stores takes nothing from a dry one, whose rows were never stored.
   * @throws RUN_PART_ALONE when there is no such run
   */
  async fromEarlier(
    of: { projectId: string; pipeline: string; dry: boolean; pins: ReadonlyMap<string, string> },
    graph: Graph,
    { waits, part }: { waits: ReadonlyMap<string, readonly string[]>; part: readonly string[] },
  ): Promise<{ seeds: Seeded[]; asOf: Date } | undefined> {
    const before = stepsBefore(waits, part);
    if (before.size === 0) return undefined;
    const near = new Set(part.flatMap((id) => waits.get(id) ?? []).filter((id) => before.has(id)));
    const { projectId, pipeline, dry, pins } = of;
    const live = dry ? {} : { draft: false, dry: { $ne: true } };
    // Where users go on after a wait, what came before it is not in the run.
    const earlier = await this.runs
      .find({ projectId, pipeline, 'cause.kind': { $ne: 'wait' }, ...live }, { definitions: 0 })
      .sort({ startedAt: -1 })
      .limit(LOOK_BACK)
      .lean();
    for (const run of earlier) {
      const seeds = isUsable(run, graph, before, pins) ? await this.takeOver(run, graph, before) : [];
      if (seeds.length === before.size && (await this.canRead(projectId, seeds, near)))
        return { seeds, asOf: run.asOf };
    }
    throw new AppError('RUN_PART_ALONE', { steps: [...near].map((id) => titleOf(graph, id, this.steps)), dry });
  }

  private async takeOver(run: Earlier, graph: Graph, before: ReadonlySet<string>): Promise<Seeded[]> {
    const done = run.steps.filter((step) => before.has(step.id));
    const outputs = await this.outputs.find({ _id: { $in: done.map((step) => outputId(run._id, step)) } }).lean();
    return outputs.flatMap(({ stepId, relations, samples, drafted }) => {
      const step = graph.steps.find(({ id }) => id === stepId);
      const earlier = done.find(({ id }) => id === stepId);
      if (!step || !earlier) return [];
      const { rows, rowsIn, foot, sql: shown, pin } = earlier;
      return [
        {
          step: this.seeded(graph, step, { rows, rowsIn, foot, sql: shown, ...(pin && { pin }) }),
          output: { relations, samples, ...(drafted && { drafted }) },
        },
      ];
    });
  }

  private async canRead(projectId: string, seeds: Seeded[], near: ReadonlySet<string>): Promise<boolean> {
    const { admin } = await this.warehouse.project(projectId);
    const relations = seeds.flatMap(({ step, output }) => [
      ...(near.has(step.id) ? Object.values(output.relations).map((relation) => relation.sql) : []),
      ...(output.drafted ? [output.drafted.rows] : []),
    ]);
    try {
      await Promise.all(relations.map((relation) => admin.columns(relation)));
      return true;
    } catch (error) {
      // The tables of the run were dropped: an earlier run is older still, and one that was kept longer may have them.
      if (error instanceof AppError && error.code === 'SERVICE_DOWN') throw error;
      return false;
    }
  }

  private seeded(graph: Graph, step: Step, left: Partial<Seeded['step']>): Seeded['step'] {
    return { ...newStepRun(step, titleOf(graph, step.id, this.steps)), ...left, state: 'done', seeded: true };
  }

  private async samplesOf(projectId: string, relations: Record<string, Relation>): Promise<Record<string, Sample>> {
    const { admin } = await this.warehouse.project(projectId);
    const samples = Object.entries(relations).map(async ([port, relation]) => {
      const [first, { total }] = await Promise.all([
        admin.table<Sample['rows'][number][number]>(
          sql`SELECT * FROM (${relation.sql}) LIMIT ${bind('UInt32', SAMPLE_ROWS)}`,
        ),
        admin.row<{ total: number }>(sql`SELECT count() AS total FROM (${relation.sql})`),
      ]);
      return [port, { port, ...first, total }] as const;
    });
    return Object.fromEntries(await Promise.all(samples));
  }
}

/** True when these steps are done in the run, do the same as they do in the graph, and have the same pins. */
function isUsable(run: Earlier, graph: Graph, steps: ReadonlySet<string>, pins: ReadonlyMap<string, string>): boolean {
  const doing = (of: Graph, id: string) => {
    const step = of.steps.find((candidate) => candidate.id === id);
    return step && JSON.stringify([step.uses, step.with, step.inputs]);
  };
  return [...steps].every(
    (id) =>
      run.steps.some((step) => step.id === id && step.state === 'done' && step.pin === pins.get(id)) &&
      doing(run.graph, id) === doing(graph, id),
  );
}
