import { Injectable } from '@nestjs/common';
import { ExperimentsService } from '../experiments/experiments.service.js';
import { MessagesService } from '../messages/messages.service.js';
import { MetricsService } from '../metrics/metrics.service.js';
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
  ) {}

  async freeze(projectId: string): Promise<FrozenDefinitions> {
    const [metrics, tags, experiments, messages] = await Promise.all([
      this.metrics.list(projectId),
      this.tags.list(projectId),
      this.experiments.list(projectId),
      this.messages.definitions(projectId),
    ]);
    return { metrics, tags, experiments, messages };
  }

  async current(projectId: string): Promise<RunDefinitions> {
    return new RunDefinitions(await this.freeze(projectId));
  }
}
