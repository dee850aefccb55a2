import { Injectable } from '@nestjs/common';
import { InjectModel } from '@nestjs/mongoose';
import { AppError, type Webhook, type WebhookInput } from '@pelton/contract';
import type { Model } from 'mongoose';
import type { WebhookDoc } from './webhook.schema.js';

/** Sources that send bodies of their own shape, and how each is read. */
@Injectable()
export class WebhooksService {
  constructor(@InjectModel('Webhook') private readonly webhooks: Model<WebhookDoc>) {}

  async list(projectId: string): Promise<Webhook[]> {
    const webhooks = await this.webhooks.find({ projectId }).sort({ name: 1 }).lean();
    return webhooks.map(toWebhook);
  }

  /** Makes it, or changes the one of that name. */
  async put(projectId: string, { name, title, mapping }: WebhookInput): Promise<Webhook> {
    const doc: WebhookDoc = { projectId, name, title, mapping, updatedAt: new Date() };
    await this.webhooks.updateOne({ projectId, name }, { $set: doc }, { upsert: true });
    return toWebhook(doc);
  }

  async remove(projectId: string, name: string): Promise<void> {
    await this.webhooks.deleteOne({ projectId, name });
  }

  /** @throws NOT_FOUND */
  async get(projectId: string, name: string): Promise<Webhook> {
    const webhook = await this.webhooks.findOne({ projectId, name }).lean();
    if (!webhook) throw new AppError('NOT_FOUND', { noun: 'webhook', name });
    return toWebhook(webhook);
  }
}

function toWebhook({ name, title, mapping, updatedAt }: WebhookDoc): Webhook {
  return { name, title, mapping, updatedAt: updatedAt.toISOString() };
}
