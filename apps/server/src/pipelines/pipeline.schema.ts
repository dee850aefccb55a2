import type { Graph, PluginPin } from '@pelton/contract';
import { Schema } from 'mongoose';
import type { Signature } from '../calls/signature.js';
import type { TriggerState } from '../triggers/trigger-state.js';

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
  /** What the live version takes and gives when another pipeline calls it; published with it in one write. */
  signature?: Signature;
  /** Of the live version; published with it in one write. */
  trigger?: TriggerState | null;
  /** The secret address of its webhook: the hash that calls are known by, and itself for those who may see it. */
  hook?: { hash: string; sealed: string };
  /** By step: the version of its plugin that it was filled in by. */
  pins?: Record<string, PluginPin>;
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
    signature: Schema.Types.Mixed,
    trigger: Schema.Types.Mixed,
    hook: Schema.Types.Mixed,
    pins: Schema.Types.Mixed,
    updatedAt: { type: Date, required: true },
    updatedBy: { type: String, required: true },
  },
  { minimize: false },
);
PipelineSchema.index({ projectId: 1, name: 1 }, { unique: true });
PipelineSchema.index({ 'trigger.nextAt': 1 });
PipelineSchema.index({ 'hook.hash': 1 }, { sparse: true });

/** A published version, kept for good. */
export interface PipelineVersionDoc {
  _id: string;
  projectId: string;
  pipeline: string;
  version: number;
  graph: Graph;
  note?: string;
  plugins?: Record<string, PluginPin>;
  /** Of the draft that it was. */
  revision?: number;
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
    note: String,
    plugins: Schema.Types.Mixed,
    revision: Number,
    publishedAt: { type: Date, required: true },
    publishedBy: { type: String, required: true },
  },
  { minimize: false },
);
PipelineVersionSchema.index({ projectId: 1, pipeline: 1, version: 1 }, { unique: true });
