import type { DeliveryState } from '@pelton/contract';
import { Schema } from 'mongoose';

/** One message to one user: the outbox. It is accepted once, claimed before it leaves, and ends in exactly one state. */
export interface DeliveryDoc {
  _id: string;
  projectId: string;
  /** What must not happen twice, by the step's repeat rule. */
  key: string;
  message: string;
  channel: string;
  pipeline: string;
  runId: string;
  stepId: string;
  userId: string;
  state: DeliveryState;
  reason?: string;
  /** Which batch took it; a claim that nobody finished is uncertain. */
  claim?: string;
  tries: number;
  externalId?: string;
  acceptedAt: Date;
  updatedAt: Date;
  openedAt?: Date;
  clickedAt?: Date;
}

export const DeliverySchema = new Schema<DeliveryDoc>({
  _id: String,
  projectId: { type: String, required: true },
  key: { type: String, required: true },
  message: { type: String, required: true },
  channel: { type: String, required: true },
  pipeline: { type: String, required: true },
  runId: { type: String, required: true },
  stepId: { type: String, required: true },
  userId: { type: String, required: true },
  state: { type: String, required: true },
  reason: String,
  claim: String,
  tries: { type: Number, default: 0 },
  externalId: String,
  acceptedAt: { type: Date, required: true },
  updatedAt: { type: Date, required: true },
  openedAt: Date,
  clickedAt: Date,
});
DeliverySchema.index({ projectId: 1, key: 1 }, { unique: true });
DeliverySchema.index({ runId: 1, stepId: 1, state: 1 });
DeliverySchema.index({ projectId: 1, message: 1, state: 1 });

/** A user who must not be written to on a kind of channel. */
export interface SuppressionDoc {
  _id: string;
  projectId: string;
  channel: string;
  userId: string;
  reason: string;
  at: Date;
}

export const SuppressionSchema = new Schema<SuppressionDoc>({
  _id: String,
  projectId: { type: String, required: true },
  channel: { type: String, required: true },
  userId: { type: String, required: true },
  reason: { type: String, required: true },
  at: { type: Date, required: true },
});
SuppressionSchema.index({ projectId: 1, channel: 1, userId: 1 }, { unique: true });
