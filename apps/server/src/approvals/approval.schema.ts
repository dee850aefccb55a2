import { Schema } from 'mongoose';

/** What a run asks members at one of its steps. The users about whom it asks wait in the warehouse. */
export interface ApprovalDoc {
  /** The run and the step. */
  _id: string;
  projectId: string;
  pipeline: string;
  version: number;
  runId: string;
  stepId: string;
  question: string;
  users: number;
  askedAt: Date;
  dueAt: Date;
  decision?: { approve: boolean; note: string; by: string; at: Date; isCarriedOut: boolean };
}

export const ApprovalSchema = new Schema<ApprovalDoc>({
  _id: { type: String, required: true },
  projectId: { type: String, required: true },
  pipeline: { type: String, required: true },
  version: { type: Number, required: true },
  runId: { type: String, required: true },
  stepId: { type: String, required: true },
  question: { type: String, required: true },
  users: { type: Number, required: true },
  askedAt: { type: Date, required: true },
  dueAt: { type: Date, required: true },
  decision: Schema.Types.Mixed,
});
ApprovalSchema.index({ projectId: 1, askedAt: -1 });
