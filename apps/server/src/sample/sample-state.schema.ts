import type { SampleState } from '@pelton/contract';
import { Schema } from 'mongoose';

/** How far the sample project is; there is at most one. */
export interface SampleStateDoc {
  _id: 'sample';
  state: SampleState['state'];
  step: string;
  done: number;
  of: number;
  error: string | null;
  projectId: string | null;
  /** The process that makes it. */
  worker: string;
}

export const SampleStateSchema = new Schema<SampleStateDoc>({
  _id: String as never,
  state: { type: String, required: true },
  step: { type: String, default: '' },
  done: { type: Number, default: 0 },
  of: { type: Number, default: 0 },
  error: { type: String, default: null },
  projectId: { type: String, default: null },
  worker: { type: String, required: true },
});
