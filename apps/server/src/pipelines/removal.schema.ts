import { Schema } from 'mongoose';

/**
 * A pipeline that somebody removed. It is written before anything goes and goes last, so that whoever dies in between
 * leaves something that another process ends.
 */
export interface RemovalDoc {
  /** The pipeline's id, not its name: another one may have that by now. */
  _id: string;
  projectId: string;
  pipeline: string;
  removedAt: Date;
}

export const RemovalSchema = new Schema<RemovalDoc>({
  _id: { type: String, required: true },
  projectId: { type: String, required: true },
  pipeline: { type: String, required: true },
  removedAt: { type: Date, required: true },
});
RemovalSchema.index({ projectId: 1, pipeline: 1 });
