import type { Graph } from '@pelton/contract';
import { Schema } from 'mongoose';

export interface PipelineDoc {
  _id: string;
  projectId: string;
  name: string;
  title: string;
  description: string;
  /** Grows with each change of the draft. */
  revision: number;
  draft: Graph;
  live?: { version: number; graph: Graph; publishedAt: Date; publishedBy: string };
  updatedAt: Date;
  updatedBy: string;
}

export const PipelineSchema = new Schema<PipelineDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    name: { type: String, required: true },
    title: { type: String, required: true },
    description: { type: String, default: '' },
    revision: { type: Number, required: true },
    draft: { type: Schema.Types.Mixed, required: true },
    live: Schema.Types.Mixed,
    updatedAt: { type: Date, required: true },
    updatedBy: { type: String, required: true },
  },
  { minimize: false },
);
PipelineSchema.index({ projectId: 1, name: 1 }, { unique: true });

/** A published version, kept for good. */
export interface PipelineVersionDoc {
  _id: string;
  projectId: string;
  pipeline: string;
  version: number;
  graph: Graph;
  publishedAt: Date;
  publishedBy: string;
}

export const PipelineVersionSchema = new Schema<PipelineVersionDoc>(
  {
    _id: String,
    projectId: { type: String, required: true },
    pipeline: { type: String, required: true },
    version: { type: Number, required: true },
    graph: { type: Schema.Types.Mixed, required: true },
    publishedAt: { type: Date, required: true },
    publishedBy: { type: String, required: true },
  },
  { minimize: false },
);
PipelineVersionSchema.index({ projectId: 1, pipeline: 1, version: 1 }, { unique: true });
