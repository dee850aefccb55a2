import type { Pipeline } from '@pelton/contract';

/** The pipelines of which a step, drafted or live, names a definition. */
export function pipelinesUsing(
  pipelines: readonly Pipeline[],
  noun: 'metric' | 'tag' | 'experiment' | 'message' | 'connection' | 'dataset',
  name: string,
): Pipeline[] {
  return pipelines.filter(({ draft, live }) =>
    [...draft.steps, ...(live?.graph.steps ?? [])].some((step) => step.with[noun] === name),
  );
}
