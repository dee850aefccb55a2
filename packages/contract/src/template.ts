import { z } from 'zod';
import { Name, Title } from './names.js';
import { Graph, Layer } from './pipeline.js';
import { JsonSchema } from './ui.js';

/** A definition that a pipeline made from a template uses; `isNew` when using the template makes it. */
export const TemplateDefinition = z.object({
  noun: z.enum(['metric', 'tag', 'experiment', 'message']),
  name: Name,
  title: Title,
  isNew: z.boolean(),
});
export type TemplateDefinition = z.infer<typeof TemplateDefinition>;

/** A pipeline that is made by answering a few questions. */
export const PipelineTemplate = z.object({
  id: Name,
  title: Title,
  description: z.string(),
  /** The layer of the loop that it serves most. */
  layer: Layer,
  questions: JsonSchema,
  /** What the project's own data suggests as answers. */
  answers: JsonSchema,
  /** The graph that these answers give. */
  graph: Graph,
  definitions: z.array(TemplateDefinition),
});
export type PipelineTemplate = z.infer<typeof PipelineTemplate>;

/** What makes a pipeline of a template. A question that is not answered gets the suggested answer. */
export const TemplateUse = z.strictObject({ title: Title, answers: JsonSchema.default({}) });
export type TemplateUse = z.infer<typeof TemplateUse>;

/** What using a template made. */
export const TemplateResult = z.object({ pipeline: Name, definitions: z.array(TemplateDefinition) });
export type TemplateResult = z.infer<typeof TemplateResult>;
