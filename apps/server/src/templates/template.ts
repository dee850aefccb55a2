import type { ExperimentInput, Graph, Layer, MessageInput, MetricInput, TagInput } from '@pelton/contract';
import type { z } from 'zod';
import type { ProjectFacts } from './project-facts.js';

/** What a template makes of answers: a graph, and the definitions that its steps name. */
export interface TemplatePlan {
  graph: Graph;
  metrics?: MetricInput[];
  tags?: TagInput[];
  experiments?: ExperimentInput[];
  messages?: MessageInput[];
}

/** A pipeline that is made by answering questions. Plain data and pure functions. */
export interface Template<S extends z.ZodObject> {
  id: string;
  title: string;
  description: string;
  layer: Layer;
  /** One parameter a question, with titles and UI hints. */
  questions: S;
  /** Better answers than the defaults, from what the project has. */
  suggest(facts: ProjectFacts): Partial<z.output<S>>;
  build(answers: z.output<S>, facts: ProjectFacts): TemplatePlan;
}

/** Types a template by its questions. */
export function defineTemplate<S extends z.ZodObject>(template: Template<S>): Template<S> {
  return template;
}

/** A template whose answers are only ever read by its own questions, so that templates of all questions fit one list. */
// oxlint-disable-next-line typescript/no-explicit-any -- as said above
export type AnyTemplate = Template<any>;
