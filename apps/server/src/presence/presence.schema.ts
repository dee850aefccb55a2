import { Schema } from 'mongoose';

/** A page that has a pipeline open. */
export interface PresenceDoc {
  /** Project, pipeline, member and page. */
  _id: string;
  projectId: string;
  pipeline: string;
  memberId: string;
  name: string;
  isEditing: boolean;
  seenAt: Date;
}

export const PresenceSchema = new Schema<PresenceDoc>({
  _id: { type: String, required: true },
  projectId: { type: String, required: true },
  pipeline: { type: String, required: true },
  memberId: { type: String, required: true },
  name: { type: String, required: true },
  isEditing: { type: Boolean, required: true },
  seenAt: { type: Date, required: true },
});
PresenceSchema.index({ projectId: 1, pipeline: 1, seenAt: 1 });
