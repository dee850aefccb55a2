import { z } from 'zod';
import { Column } from './columns.js';
import { Description, Instant, Name, StepId, Title } from './names.js';
import { Phrase } from './phrase.js';
import { ConnectorGroup } from './plugin.js';
import { InputPort, OutputPort, WireProblem } from './ports.js';
import { RunSettings, Trigger, TriggerStatus } from './trigger.js';
import { JsonSchema } from './ui.js';

/** The layers of the loop; `shape` for transforms and `control` for who goes on, where and when, which belong to none. */
export const Layer = z.enum(['collect', 'understand', 'operate', 'reach', 'control', 'shape']);
export type Layer = z.infer<typeof Layer>;

/**
 * What a step is to the engine.
 * - `source`, `transform`: a relation made by SQL and nothing else
 * - `store`: writes rows into the project's data
 * - `definition`: evaluates a metric, tag or experiment over the project's data
 * - `reach`: leaves Pelton
 * - `control`: decides who goes on, where and when
 */
export const StepRole = z.enum(['source', 'transform', 'store', 'definition', 'reach', 'control']);
export type StepRole = z.infer<typeof StepRole>;

/** A kind of step, as the palette and the step panel know it. */
export const StepType = z.object({
  uses: z.string(),
  title: z.string(),
  description: z.string(),
  layer: Layer,
  role: StepRole,
  icon: z.string(),
  /** What kind of system it reaches, for steps of a connector. */
  group: ConnectorGroup.optional(),
  params: JsonSchema,
  inputs: z.array(InputPort),
  /** Absent when the ports depend on parameters, as an experiment's do; a check tells them. */
  outputs: z.array(OutputPort).optional(),
});
export type StepType = z.infer<typeof StepType>;

/**
 * How often a step that failed is tried again before `onError` decides, and after which pauses.
 * @see docs/guides/runs.md#when-a-step-fails for what is never tried again
 */
export const StepRetry = z.strictObject({
  times: z.number().int().min(0).max(20).default(3),
  /** Before the first time. */
  waitSeconds: z.number().min(0).max(86_400).default(10),
  /** Each pause is so many times as long as the one before. */
  backoff: z.number().min(1).max(10).default(2),
  /** Makes each pause up to half shorter, by chance, so that steps that failed together do not come back together. */
  jitter: z.boolean().default(true),
});
export type StepRetry = z.infer<typeof StepRetry>;

/**
 * What becomes of the others when a step fails for good.
 * - `stop`: those after it do not run, and the run fails
 * - `skip`: it counts as done and gives no rows
 * - `branch`: it gives one row at its port `error`; only steps that are wired to that port run
 */
export const OnError = z.enum(['stop', 'skip', 'branch']);
export type OnError = z.infer<typeof OnError>;

/** The port at which a step with `onError: branch` gives its error. */
export const ERROR_PORT = 'error';

/** A step of a pipeline. `inputs` maps a port to `step` or `step.port`. */
export const Step = z.strictObject({
  id: StepId,
  uses: z.string().min(1),
  title: Title.optional(),
  with: JsonSchema.default({}),
  inputs: z.record(z.string(), z.string()).default({}),
  retry: StepRetry.optional(),
  /** How long one try may take, in seconds; no limit when absent. */
  timeout: z.number().int().min(1).max(604_800).optional(),
  onError: OnError.optional(),
});
export type Step = z.infer<typeof Step>;

export const Position = z.strictObject({ x: z.number(), y: z.number() });
export type Position = z.infer<typeof Position>;

export const NoteColour = z.enum(['plain', 'blue', 'green', 'yellow', 'red']);
export type NoteColour = z.infer<typeof NoteColour>;

/** Words on the canvas, beside the steps. Its id has a hyphen, which no step's has, so that both can be chosen together. */
export const Note = z.strictObject({
  id: z.string().regex(/^note-[a-z0-9]+$/, 'Use note- and letters or digits, such as note-1'),
  text: z.string().max(2000),
  x: z.number(),
  y: z.number(),
  width: z.number().min(80).max(2000),
  height: z.number().min(40).max(2000),
  colour: NoteColour.default('plain'),
});
export type Note = z.infer<typeof Note>;

/**
 * What a pipeline does (`steps`), what starts it and how its runs go beside each other, how it lies on the canvas (`layout`,
 * by step id) and what is noted there.
 */
export const Graph = z.strictObject({
  steps: z.array(Step).max(500),
  layout: z.record(z.string(), Position).default({}),
  notes: z.array(Note).max(100).optional(),
  trigger: Trigger.optional(),
  settings: RunSettings.optional(),
});
export type Graph = z.infer<typeof Graph>;

export const PipelineInput = z.strictObject({
  name: Name,
  title: Title,
  description: Description.default(''),
  graph: Graph.default({ steps: [], layout: {} }),
});
export type PipelineInput = z.infer<typeof PipelineInput>;

/** A change of the draft; `revision` is the one that the editor read, so that an edit by somebody else is never overwritten. */
export const DraftChange = z.strictObject({
  revision: z.number().int(),
  title: Title.optional(),
  description: Description.optional(),
  graph: Graph,
});
export type DraftChange = z.infer<typeof DraftChange>;

export const Pipeline = z.object({
  name: Name,
  title: Title,
  description: z.string(),
  revision: z.number().int(),
  draft: Graph,
  live: z.object({ version: z.number().int(), graph: Graph, publishedAt: Instant, publishedBy: z.string() }).nullable(),
  /** How many steps differ between the draft and the live version. */
  changes: z.number().int(),
  /** The live version's trigger; null when people start its runs. */
  trigger: TriggerStatus.nullable(),
  updatedAt: Instant,
});
export type Pipeline = z.infer<typeof Pipeline>;

/** A line of the list of pipelines: without the graphs, but with the number of the draft's steps. */
export const PipelineSummary = Pipeline.omit({ revision: true, draft: true }).extend({
  steps: z.number().int(),
  live: z.object({ version: z.number().int(), publishedAt: Instant, publishedBy: z.string() }).nullable(),
});
export type PipelineSummary = z.infer<typeof PipelineSummary>;

/** What a step or a trigger may name, such as `metric/revenue`. */
export const NAMED_NOUNS = ['metric', 'tag', 'experiment', 'message', 'connection', 'dataset', 'pipeline'] as const;
export type NamedNoun = (typeof NAMED_NOUNS)[number];

/** Which pipelines to list: all, or those that name a thing, drafted or live. */
export const PipelineFilter = z.object({
  uses: z.templateLiteral([z.enum(NAMED_NOUNS), '/', Name]).optional(),
});
export type PipelineFilter = z.infer<typeof PipelineFilter>;

/** Something in a graph that keeps it from running, said as near to its cause as can be. */
export const StepProblem = z.object({
  code: z.string(),
  message: z.string(),
  /** The parameter at fault, as a path such as `columns.0.formula`, and what is said where its name stands beside it. */
  field: z.string().optional(),
  reason: z.string().optional(),
  /** Where in the text of the parameter, in characters from 0. */
  at: z.number().int().optional(),
  /** The input port at fault, and for a wire that does not fit, why. */
  port: z.string().optional(),
  wire: WireProblem.optional(),
});
export type StepProblem = z.infer<typeof StepProblem>;

/** What the server found out about one step without running it. */
export const StepCheck = z.object({
  id: z.string(),
  /** One line under the step's title, such as `Quantity > 0`. */
  summary: Phrase,
  outputs: z.array(OutputPort),
  /** Columns of each output port; absent while something before it is unknown. */
  columns: z.record(z.string(), z.array(Column)),
  problems: z.array(StepProblem),
});
export type StepCheck = z.infer<typeof StepCheck>;

export const GraphCheck = z.object({
  ok: z.boolean(),
  steps: z.array(StepCheck),
  /** What is wrong with the trigger; `field` is the parameter of it. */
  trigger: z.array(StepProblem),
});
export type GraphCheck = z.infer<typeof GraphCheck>;
