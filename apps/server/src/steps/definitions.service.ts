import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Graph } from '@pelton/contract';
import type { Model } from 'mongoose';
import { pipelinesCalledBy } from '../calls/call-circle.js';
import type { CallablePipeline } from '../calls/signature.js';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { TagsService } from '../tags/tags.service.js';
import { type FrozenDefinitions, RunDefinitions } from './run-definitions.js';

/** Gathers a project's definitions, for a check to look at or a run to freeze. */
@Injectable()
export class DefinitionsService {
  constructor(
    private readonly metrics: MetricsService,
    private readonly tags: TagsService,
    private readonly experiments: ExperimentsService,
    private readonly messages: MessagesService,
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
  ) {}

  /** @param graph of pipelines, only those that it calls */
  async freeze(projectId: string, graph?: Graph): Promise<FrozenDefinitions> {
    const [metrics, tags, experiments, messages, pipelines] = await Promise.all([
      this.metrics.list(projectId),
      this.tags.list(projectId),
      this.experiments.list(projectId),
      this.messages.definitions(projectId),
      this.callable(projectId, graph && pipelinesCalledBy(graph)),
    ]);
    return { metrics, tags, experiments, messages, pipelines };
  }

  async current(projectId: string): Promise<RunDefinitions> {
    return new RunDefinitions(await this.freeze(projectId));
  }

  private async callable(projectId: string, names?: readonly string[]): Promise<CallablePipeline[]> {
    if (names?.length === 0) return [];
    const docs = await this.pipelines
      .find(
        { projectId, signature: { $exists: true }, ...(names && { name: { $in: names } }) },
        { name: 1, title: 1, signature: 1, 'live.version': 1 },
      )
      .lean<Pick<PipelineDoc, 'name' | 'title' | 'signature' | 'live'>[]>();
    return docs.flatMap(({ name, title, signature, live }) =>
      signature && live ? [{ name, title, version: live.version, ...signature }] : [],
    );
  }
}
