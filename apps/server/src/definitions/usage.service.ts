import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type NamedNoun } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { ExperimentDoc } from '../experiments/experiment.schema.js';
import type { MessageDoc } from '../messages/message.schema.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import type { SyncDoc } from '../syncs/sync.schema.js';

/**
 * Finds out who uses a definition, connection, dataset or pipeline, so that nothing is deleted from under something else.
 * It asks who names a thing, in drafts and live versions; what flows from where is asked of the lineage, which needs the
 * warehouse.
 */
@Injectable()
export class UsageService {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    @InjectModel('Experiment') private readonly experiments: Model<ExperimentDoc>,
    @InjectModel('Message') private readonly messages: Model<MessageDoc>,
    @InjectModel('Sync') private readonly syncs: Model<SyncDoc>,
  ) {}

  /** Titles of the pipelines, experiments, messages and syncs that name it. */
  async usersOf(projectId: string, noun: NamedNoun, name: string): Promise<string[]> {
    const pipelines = await this.pipelines.find({ projectId, ...pipelinesNaming(noun, name) }).lean();
    const experiments =
      noun === 'metric' ? await this.experiments.find({ projectId, 'metrics.metric': name }).lean() : [];
    const messages = noun === 'connection' ? await this.messages.find({ projectId, connection: name }).lean() : [];
    const syncs =
      noun === 'connection' || noun === 'dataset' ? await this.syncs.find({ projectId, [noun]: name }).lean() : [];
    return [...pipelines, ...experiments, ...messages, ...syncs].map((doc) => doc.title);
  }

  /** @throws IN_USE naming who uses it */
  async refuseIfUsed(projectId: string, noun: NamedNoun, name: string): Promise<void> {
    const by = await this.usersOf(projectId, noun, name);
    if (by.length > 0) throw new AppError('IN_USE', { noun, name, by });
  }
}

/** The pipelines of which a step or the trigger, drafted or live, names a thing; a pipeline that names itself is none. */
export function pipelinesNaming(noun: NamedNoun, name: string): object {
  const graphs = ['draft', 'live.graph'].flatMap((graph) => [
    { [`${graph}.steps`]: { $elemMatch: { [`with.${noun}`]: name } } },
    ...(noun === 'metric' || noun === 'pipeline' ? [{ [`${graph}.trigger.${noun}`]: name }] : []),
  ]);
  return { ...(noun === 'pipeline' && { name: { $ne: name } }), $or: graphs };
}
