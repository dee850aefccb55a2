import type { WebhookMapping } from '@pelton/contract';
import { Schema } from 'mongoose';

export interface WebhookDoc {
  projectId: string;
  name: string;
  title: string;
  mapping: WebhookMapping;
  updatedAt: Date;
}

export const WebhookSchema = new Schema<WebhookDoc>({
  projectId: { type: String, required: true },
  name: { type: String, required: true },
  title: { type: String, required: true },
  mapping: { type: Schema.Types.Mixed, required: true },
  updatedAt: { type: Date, required: true },
});
WebhookSchema.index({ projectId: 1, name: 1 }, { unique: true });
