import { Schema } from 'mongoose';

/** A call that its sender named, so that another body under the same name is found out; forgotten after a while. */
export interface HookCallDoc {
  /** The id of the run that it starts. */
  _id: string;
  bodyHash: string;
  expiresAt: Date;
}

export const HookCallSchema = new Schema<HookCallDoc>({
  _id: String,
  bodyHash: { type: String, required: true },
  expiresAt: { type: Date, required: true, expires: 0 },
});
