import { Schema } from 'mongoose';

export interface ProjectDoc {
  _id: string;
  name: string;
  title: string;
  timezone: string;
  /** True for the sample shop, whose data Pelton made up. */
  sample: boolean;
  createdAt: Date;
}

export const ProjectSchema = new Schema<ProjectDoc>({
  _id: String,
  name: { type: String, required: true, unique: true },
  title: { type: String, required: true },
  timezone: { type: String, required: true },
  sample: { type: Boolean, default: false },
  createdAt: { type: Date, required: true },
});
