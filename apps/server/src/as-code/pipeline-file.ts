import type { Graph, Pipeline, PipelineFile, Step } from '@pelton/contract';

/** A pipeline as a file says it. What is empty is left out, and where cards lie comes last. */
export function toPipelineFile(
  { name, title, description }: Pick<Pipeline, 'name' | 'title' | 'description'>,
  graph: Graph,
  isDraft: boolean,
): Partial<PipelineFile> {
  return {
    name,
    title,
    ...(description && { description }),
    ...(isDraft && { draft: true }),
    ...toGraphFile(graph),
  };
}

function toGraphFile({ steps, layout, ...others }: Graph): Partial<Graph> {
  return {
    ...withoutEmpty(others),
    steps: steps.map(toStepFile),
    ...(Object.keys(layout).length > 0 && { layout: sorted(layout) }),
  };
}

function toStepFile({ id, uses, title, with: params, inputs, ...others }: Step): Step {
  const parts = { ...(title && { title }), with: params, inputs, ...others };
  return { id, uses, ...withoutEmpty(parts) } as Step; // what is empty is filled in again when it is read
}

function withoutEmpty<T extends object>(whole: T): Partial<T> {
  const kept = Object.entries(whole).filter(([, part]) => part !== undefined && !isEmpty(part));
  return Object.fromEntries(kept) as Partial<T>; // some of its own entries
}

function isEmpty(part: unknown): boolean {
  return part === null || (typeof part === 'object' && Object.keys(part).length === 0);
}

function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
