import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { StepHistory } from '@pelton/contract';
import type { Model } from 'mongoose';
import { toStepRun } from './run-view.js';
import type { RunDoc } from './run.schema.js';

const LAST_RUNS = 20;

/** What became of one step in the last runs of its pipeline. */
@Injectable()
export class StepHistoryService {
  constructor(@InjectModel('Run') private readonly runs: Model<RunDoc>) {}

  async ofStep(projectId: string, pipeline: string, step: string): Promise<StepHistory[]> {
    const runs = await this.runs
      .find({ projectId, pipeline, 'steps.id': step }, { definitions: 0, graph: 0 })
      .sort({ startedAt: -1 })
      .limit(LAST_RUNS)
      .lean();
    return runs.flatMap((run) => {
      const { _id, draft, version = null, startedAt } = run;
      const found = run.steps.find((each) => each.id === step);
      return found ? [{ run: _id, draft, version, startedAt: startedAt.toISOString(), step: toStepRun(found) }] : [];
    });
  }
}
