import type { Graph } from '@pelton/contract';

/** Ids of the steps that are new or not as in the live version. Where they lie on the canvas does not count. */
export function changedSteps(live: Graph | undefined, draft: Graph): Set<string> {
  const before = new Map((live?.steps ?? []).map((step) => [step.id, stable(step)]));
  return new Set(draft.steps.filter((step) => before.get(step.id) !== stable(step)).map((step) => step.id));
}

/** Steps that were added, removed or changed, the trigger and the settings of runs. */
export function countChanges(live: Graph | undefined, draft: Graph): number {
  const kept = new Set(draft.steps.map((step) => step.id));
  const removed = (live?.steps ?? []).filter((step) => !kept.has(step.id)).length;
  const starting = (['trigger', 'settings'] as const).filter((part) => stable(live?.[part]) !== stable(draft[part]));
  return changedSteps(live, draft).size + removed + starting.length;
}

/** The same text for the same content, in whatever order its keys stand. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
