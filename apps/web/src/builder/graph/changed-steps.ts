import { compareGraphs, countDifferences, type Graph, stableText } from '@pelton/contract';

const EMPTY: Graph = { steps: [], layout: {} };

/** Ids of the steps that are new or not as in the live version. Where they lie on the canvas does not count. */
export function changedSteps(live: Graph | undefined, draft: Graph): Set<string> {
  const { added, changed } = compareGraphs(live ?? EMPTY, draft);
  const ids = new Set([...added, ...changed.map(({ id }) => id)]);
  return new Set(draft.steps.map(({ id }) => id).filter((id) => ids.has(id)));
}

/** Steps that were added, removed or changed, and what else differs, such as the trigger. */
export function countChanges(live: Graph | undefined, draft: Graph): number {
  return countDifferences(compareGraphs(live ?? EMPTY, draft));
}

/** The same text for the same content, in whatever order its keys stand. */
export const stable = stableText;
