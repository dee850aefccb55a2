import { findCycle, type Trigger } from '@pelton/contract';

/** A pipeline with the trigger that it has or would have. */
export interface Followed {
  name: string;
  trigger: Trigger | undefined;
}

/** The pipelines that would start each other for ever, in their order; undefined when none would. */
export function followCircle(pipelines: readonly Followed[]): string[] | undefined {
  const before = pipelines.map(
    ({ name, trigger }) => [name, trigger?.kind === 'after' ? [trigger.pipeline] : []] as const,
  );
  return findCycle(new Map(before));
}
