import { z } from 'zod';
import { Instant } from './names.js';
import { Graph } from './pipeline.js';
import { PluginKind } from './plugin.js';

/** What a publisher says of a version. */
export const PublishInput = z.strictObject({ note: z.string().trim().max(500).default('') });
export type PublishInput = z.infer<typeof PublishInput>;

/** The plugin whose form a step was filled in by, and in which version. */
export const PluginPin = z.strictObject({
  plugin: z.string(),
  version: z.string(),
  kind: PluginKind,
  /** Of the contribution, such as `postgres`. */
  id: z.string(),
});
export type PluginPin = z.infer<typeof PluginPin>;

/** A published version as a list shows it. */
export const PipelineVersion = z.object({
  version: z.number().int(),
  note: z.string(),
  publishedAt: Instant,
  publishedBy: z.string(),
  steps: z.number().int(),
});
export type PipelineVersion = z.infer<typeof PipelineVersion>;

/** A published version as a whole; `plugins` by step. */
export const PipelineVersionDetail = PipelineVersion.omit({ steps: true }).extend({
  graph: Graph,
  plugins: z.record(z.string(), PluginPin),
});
export type PipelineVersionDetail = z.infer<typeof PipelineVersionDetail>;

/** How a field of a form differs between two versions of a plugin. */
export const FormChange = z.object({
  field: z.string(),
  title: z.string(),
  what: z.enum(['added', 'removed', 'changed']),
  /** Has to be filled in, and there is no value to begin with. */
  isNeeded: z.boolean(),
  /** What is said of the field in either version, as JSON. */
  before: z.string().nullable(),
  after: z.string().nullable(),
});
export type FormChange = z.infer<typeof FormChange>;

/** A step that was filled in by another version of its plugin than the one that is installed. */
export const StepUpgrade = z.object({
  step: z.string(),
  plugin: z.string(),
  from: z.string(),
  to: z.string(),
  changes: z.array(FormChange),
});
export type StepUpgrade = z.infer<typeof StepUpgrade>;
