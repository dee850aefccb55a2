import type { PinnedRows } from '@pelton/contract';
import { Schema } from 'mongoose';

/** Rows that stand for a step of a pipeline's draft. Never changed: another pin of the same step is another document. */
export interface PinDoc {
  _id: string;
  projectId: string;
  pipeline: string;
  step: string;
  outputs: Record<string, PinnedRows>;
  pinnedAt: Date;
  pinnedBy: string;
}

export const PinSchema = new Schema<PinDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    pipeline: { type: String, required: true },
    step: { type: String, required: true },
    outputs: { type: Schema.Types.Mixed, required: true },
    pinnedAt: { type: Date, required: true },
    pinnedBy: { type: String, required: true },
  },
  { minimize: false },
);
PinSchema.index({ projectId: 1, pipeline: 1, step: 1 });
