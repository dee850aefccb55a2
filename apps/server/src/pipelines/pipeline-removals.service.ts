import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import type { Model } from 'mongoose';
import { PinoLogger } from 'nestjs-pino';
import { Clock } from '../common/clock.js';
import { WaitingService } from '../journeys/waiting.service.js';
import type { PinDoc } from '../runs/pin.schema.js';
import type { PipelineDoc, PipelineVersionDoc } from './pipeline.schema.js';
import type { RemovalDoc } from './removal.schema.js';

const EVERY_MS = 60_000;

/**
 * Removes pipelines with all that belongs to them: versions, pins, and who waits in them. Their runs stay. Any process may die
 * meanwhile; what it left is ended by the clock, or before another pipeline takes the name.
 */
@Injectable()
export class PipelineRemovals implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly clock: Clock;

  constructor(
    @InjectModel('Removal') private readonly removals: Model<RemovalDoc>,
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    @InjectModel('PipelineVersion') private readonly versions: Model<PipelineVersionDoc>,
    @InjectModel('Pin') private readonly pins: Model<PinDoc>,
    private readonly waiting: WaitingService,
    private readonly logger: PinoLogger,
  ) {
    this.clock = new Clock({
      everyMs: EVERY_MS,
      work: () => this.endBegun({}),
      failed: (error) => this.leave(error),
    });
  }

  onApplicationBootstrap(): void {
    this.clock.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.clock.stop();
  }

  /** The pipeline is gone at once, and what belongs to it as soon as can be. */
  async remove({ _id, projectId, name }: Pick<PipelineDoc, '_id' | 'projectId' | 'name'>): Promise<void> {
    const removal = { projectId, pipeline: name, removedAt: new Date() };
    await this.removals.updateOne({ _id }, { $setOnInsert: removal }, { upsert: true });
    await this.pipelines.deleteOne({ _id });
    await this.endBegun({ _id }).catch((error: unknown) => this.leave(error));
  }

  /** Ends removals that were begun: all, one, or those of a name. */
  async endBegun(which: Partial<Pick<RemovalDoc, '_id' | 'projectId' | 'pipeline'>>): Promise<void> {
    for (const removal of await this.removals.find(which).lean()) await this.end(removal);
  }

  /** What is left is ended later. */
  private leave(error: unknown): void {
    this.logger.warn({ err: error }, 'pipeline.removal-waits');
  }

  /** Done twice, it is done once. What a pipeline of the same name has published or pinned since is not touched. */
  private async end({ _id, projectId, pipeline, removedAt }: RemovalDoc): Promise<void> {
    await this.pipelines.deleteOne({ _id });
    await this.versions.deleteMany({ projectId, pipeline, publishedAt: { $lte: removedAt } });
    await this.pins.deleteMany({ projectId, pipeline, pinnedAt: { $lte: removedAt } });
    await this.waiting.removeAll(projectId, pipeline);
    await this.removals.deleteOne({ _id });
  }
}
