import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Graph, type StepCheck } from '@pelton/contract';
import type { Model } from 'mongoose';
import { toProblem } from '../pipelines/graph-check.service.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { callCircle, PIPELINE_STEP, pipelinesCalledBy } from './call-circle.js';

/** Finds pipelines that would call each other for ever. */
@Injectable()
export class CallCheck {
  constructor(@InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>) {}

  /** The checks of a graph's steps, with the problem at each step that closes a circle. @param name of its pipeline */
  async check(projectId: string, graph: Graph, name: string, checks: StepCheck[]): Promise<StepCheck[]> {
    if (pipelinesCalledBy(graph).length === 0) return checks;
    const all = await this.pipelines
      .find({ projectId, live: { $exists: true } }, { name: 1, title: 1, 'live.graph.steps': 1 })
      .lean<Pick<PipelineDoc, 'name' | 'title' | 'live'>[]>();
    const others = all
      .filter((other) => other.name !== name)
      .map(({ name: other, live }) => ({ name: other, graph: live?.graph }));
    const circle = callCircle([{ name, graph }, ...others]);
    if (!circle?.includes(name)) return checks;
    const titles = circle.map((each) => all.find((other) => other.name === each)?.title ?? each);
    const problem = { ...toProblem(new AppError('CALL_CIRCLE', { pipelines: titles })), field: 'pipeline' };
    return checks.map((check) => {
      const step = graph.steps.find(({ id }) => id === check.id);
      const closes = step?.uses === PIPELINE_STEP && circle.some((each) => each === step.with['pipeline']);
      return closes ? { ...check, problems: [...check.problems, problem] } : check;
    });
  }
}
