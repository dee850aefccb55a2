import { z } from 'zod';
import { ConnectionInput } from './connection.js';
import { ExperimentInput } from './experiment.js';
import { MessageInput } from './message.js';
import { MetricInput } from './metric.js';
import { Description, Name, Title } from './names.js';
import { Graph } from './pipeline.js';
import { SyncInput } from './sync.js';
import { TagInput } from './tag.js';

/** A pipeline as code: its graph under its name. */
export const PipelineFile = z.strictObject({
  name: Name,
  title: Title,
  description: Description.default(''),
  /** True for one that is not to be published. */
  draft: z.boolean().default(false),
  ...Graph.shape,
});
export type PipelineFile = z.infer<typeof PipelineFile>;

/** A connection as code. Secrets are never in files; they are entered on the connection's page. */
export const ConnectionFile = ConnectionInput.omit({ secrets: true });
export type ConnectionFile = z.infer<typeof ConnectionFile>;

/** What files can hold, in the order in which one needs the other. Each noun is a folder, each thing a file in it. */
export const FILE_SCHEMAS = {
  connection: ConnectionFile,
  sync: SyncInput,
  metric: MetricInput,
  tag: TagInput,
  experiment: ExperimentInput,
  message: MessageInput,
  pipeline: PipelineFile,
} as const;

export type FileNoun = keyof typeof FILE_SCHEMAS;
export const FileNoun = z.enum(Object.keys(FILE_SCHEMAS) as [FileNoun, ...FileNoun[]]); // keys of the table above

/** One file of a project, such as `pipelines/win-back.yaml`. */
export const ProjectFile = z.strictObject({ path: z.string().min(1).max(200), text: z.string().max(1_000_000) });
export type ProjectFile = z.infer<typeof ProjectFile>;

export const ProjectFiles = z.strictObject({ files: z.array(ProjectFile).max(5_000) });
export type ProjectFiles = z.infer<typeof ProjectFiles>;

/** What applying files would do to one thing. */
export const PlannedChange = z.object({
  noun: FileNoun,
  name: z.string(),
  title: z.string(),
  act: z.enum(['create', 'change', 'delete']),
  /** Parts that differ, such as `steps.paid` or `params`. */
  parts: z.array(z.string()),
  /** What a person has to know or do besides. */
  notes: z.array(z.string()),
});
export type PlannedChange = z.infer<typeof PlannedChange>;

/** What applying files would do. `state` names what the project held when the plan was made. */
export const FilePlan = z.object({
  changes: z.array(PlannedChange),
  /** Things of the project that no file names; they stay unless pruning is asked for. */
  unnamed: z.array(z.object({ noun: FileNoun, name: z.string() })),
  /** What keeps the files from being applied, by file. */
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
  state: z.string(),
});
export type FilePlan = z.infer<typeof FilePlan>;

export const PlanInput = ProjectFiles.extend({
  /** Deletes what no file names. */
  prune: z.boolean().default(false),
  /** Overwrites drafts that were changed since they were published. */
  overwriteDrafts: z.boolean().default(false),
});
export type PlanInput = z.infer<typeof PlanInput>;

/** Applies what was planned, unless the project changed since. */
export const ApplyInput = PlanInput.extend({ state: z.string().min(1) });
export type ApplyInput = z.infer<typeof ApplyInput>;
