import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { isAppError, parseRef, type Sample } from '@pelton/contract';
import type { Model } from 'mongoose';
import { WarehouseService } from '../infra/warehouse.service.js';
import { countRows, firstRows } from './measure.js';
import { outputId } from './run-store.service.js';
import type { RunDoc, StepOutputDoc, StepRunDoc } from './run.schema.js';

/** Counts what a run left uncounted because nothing but its readers needed it. */
@Injectable()
export class RunCounts {
  constructor(
    @InjectModel('Run') private readonly runs: Model<RunDoc>,
    @InjectModel('StepOutput') private readonly outputs: Model<StepOutputDoc>,
    private readonly warehouse: WarehouseService,
  ) {}

  /** Counts and samples every finished step that was not counted yet. What a step read may have changed since, or be gone. */
  async count(projectId: string, runId: string): Promise<void> {
    const run = await this.runs.findOne({ _id: runId, projectId }, { definitions: 0 }).lean();
    if (!run) return;
    const done = run.steps.filter((step) => step.state === 'done');
    const outputs = await this.outputs.find({ _id: { $in: done.map((step) => outputId(runId, step)) } }).lean();
    for (const output of outputs) {
      const step = done.find(({ id }) => id === output.stepId);
      if (step) await this.countStep(projectId, step, output);
    }
    await this.noteArrivals(run);
  }

  private async countStep(projectId: string, step: StepRunDoc, output: StepOutputDoc): Promise<void> {
    const project = await this.warehouse.project(projectId);
    const uncounted = Object.entries(output.relations).filter(([port]) => step.rows[port] === undefined);
    for (const [port, { sql }] of uncounted) {
      try {
        const [first, total] = await Promise.all([firstRows(project, sql), countRows(project, sql)]);
        await this.keep(output, { port, ...first, total });
        step.rows[port] = total;
      } catch (error) {
        if (!isAppError(error) || error.code !== 'SQL_FAILED') throw error; // the tables of an old run are gone
      }
    }
  }

  private async keep({ _id, runId, stepId }: StepOutputDoc, sample: Sample): Promise<void> {
    await this.outputs.updateOne({ _id }, { $set: { [`samples.${sample.port}`]: sample } });
    await this.runs.updateOne(
      { _id: runId, steps: { $elemMatch: { id: stepId, state: 'done' } } },
      { $set: { [`steps.$.rows.${sample.port}`]: sample.total }, $inc: { revision: 1 } },
    );
  }

  /** How many rows came to each step, where that is known only now. */
  private async noteArrivals({ _id, graph, steps }: Pick<RunDoc, '_id' | 'graph' | 'steps'>): Promise<void> {
    for (const { id, inputs } of graph.steps) {
      const step = steps.find((other) => other.id === id);
      const rowsIn = rowsArriving(steps, inputs);
      if (step?.state !== 'done' || step.rowsIn !== null || rowsIn === null) continue;
      await this.runs.updateOne({ _id, 'steps.id': id }, { $set: { 'steps.$.rowsIn': rowsIn }, $inc: { revision: 1 } });
    }
  }
}

/** Rows at all inputs of a step together; null when it has none, or when some were not counted. */
export function rowsArriving(
  steps: readonly Pick<StepRunDoc, 'id' | 'rows'>[],
  inputs: Readonly<Record<string, string>>,
): number | null {
  const counts = Object.values(inputs).map((ref) => {
    const { step: from, port } = parseRef(ref);
    const rows = steps.find((other) => other.id === from)?.rows ?? {};
    return port === undefined ? Object.values(rows)[0] : rows[port];
  });
  if (counts.length === 0) return null;
  return counts.reduce<number | null>((sum, count) => (sum === null || count === undefined ? null : sum + count), 0);
}
