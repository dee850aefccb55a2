import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type HookAddress, type TriggerStatus } from '@pelton/contract';
import type { Model } from 'mongoose';
import { hashToken, newToken } from '../common/ids.js';
import { PublicUrl } from '../infra/public-url.js';
import { Sealer } from '../infra/sealer.js';
import type { PipelineDoc } from '../pipelines/pipeline.schema.js';
import { firstLook, toStatus } from './trigger-state.js';

/** What people do with the trigger of a live version, without publishing another one. */
@Injectable()
export class TriggersService {
  constructor(
    @InjectModel('Pipeline') private readonly pipelines: Model<PipelineDoc>,
    private readonly sealer: Sealer,
    private readonly publicUrl: PublicUrl,
  ) {}

  /** Rests a trigger, or lets it go on from now: what would have started it meanwhile is past. @throws TRIGGER_MISSING */
  async setPaused(projectId: string, name: string, isPaused: boolean): Promise<TriggerStatus> {
    const { trigger: state, title } = await this.load(projectId, name);
    if (!state) throw new AppError('TRIGGER_MISSING', { pipeline: title });
    if (state.isPaused !== isPaused) {
      const change = isPaused ? { 'trigger.isPaused': true } : resumed(state.trigger, new Date());
      await this.pipelines.updateOne({ projectId, name, 'trigger.trigger.kind': state.trigger.kind }, change);
    }
    const status = toStatus((await this.load(projectId, name)).trigger);
    if (!status) throw new AppError('TRIGGER_MISSING', { pipeline: title });
    return status;
  }

  async hook(projectId: string, name: string): Promise<HookAddress> {
    const { _id, hook } = await this.load(projectId, name);
    return { address: hook ? this.addressOf(this.sealer.open(hook.sealed, placeOf(_id))) : null };
  }

  /** Makes a new secret address; the one before is not known any more. */
  async renewHook(projectId: string, name: string): Promise<HookAddress> {
    const { _id } = await this.load(projectId, name);
    const token = newToken();
    const hook = { hash: hashToken(token), sealed: this.sealer.seal(token, placeOf(_id)) };
    await this.pipelines.updateOne({ _id }, { $set: { hook } });
    return { address: this.addressOf(token) };
  }

  private addressOf(token: string): string {
    return new URL(`/hooks/${token}`, this.publicUrl.get()).href;
  }

  private async load(projectId: string, name: string): Promise<PipelineDoc> {
    const doc = await this.pipelines.findOne({ projectId, name }).lean();
    if (!doc) throw new AppError('NOT_FOUND', { noun: 'pipeline', name });
    return doc;
  }
}

function placeOf(pipelineId: string): string {
  return `pipeline ${pipelineId} hook`;
}

function resumed(trigger: NonNullable<PipelineDoc['trigger']>['trigger'], now: Date) {
  return {
    $set: {
      'trigger.isPaused': false,
      'trigger.armedAt': now,
      'trigger.nextAt': firstLook(trigger, now),
      'trigger.error': null,
      ...(trigger.kind === 'event' && { 'trigger.event.takenTo': now }),
    },
    $unset: { 'trigger.alert': 1 },
  };
}
