import { findCycle, type Graph } from '@pelton/contract';

/** The step that calls; written here so that whoever only reads graphs needs no steps. */
export const PIPELINE_STEP = 'core/pipeline';

/** A pipeline with the graph that it has or would have. */
export interface Calling {
  name: string;
  graph: Graph | undefined;
}

/** Names of the pipelines that a graph calls. */
export function pipelinesCalledBy({ steps }: Graph): string[] {
  return steps.flatMap(({ uses, with: { pipeline } }) =>
    uses === PIPELINE_STEP && typeof pipeline === 'string' && pipeline !== '' ? [pipeline] : [],
  );
}

/** The pipelines that would call each other for ever, in their order; undefined when none would. */
export function callCircle(pipelines: readonly Calling[]): string[] | undefined {
  return findCycle(new Map(pipelines.map(({ name, graph }) => [name, graph ? pipelinesCalledBy(graph) : []])));
}
