import type { Graph, Step } from './pipeline.js';

/** What is different between two graphs. How the canvas looks, where cards lie and what is noted there, does not count. */
export interface GraphDifference {
  /** Ids of steps. */
  added: string[];
  removed: string[];
  /** Parts of a step that differ: `with`, `inputs`, `title`. */
  changed: { id: string; parts: string[] }[];
  /** What differs besides the steps, such as the trigger. */
  others: string[];
}

const BESIDES = new Set(['steps', 'layout', 'notes']);

export function compareGraphs(before: Graph, after: Graph): GraphDifference {
  const [old, now] = [before, after].map((graph) => new Map(graph.steps.map((step) => [step.id, step])));
  const changed = after.steps.flatMap((step) => {
    const other = old?.get(step.id);
    const parts = other ? differingKeys(other, step) : [];
    return parts.length > 0 ? [{ id: step.id, parts }] : [];
  });
  return {
    added: after.steps.map(({ id }) => id).filter((id) => !old?.has(id)),
    removed: before.steps.map(({ id }) => id).filter((id) => !now?.has(id)),
    changed,
    others: differingKeys(before, after).filter((key) => !BESIDES.has(key)),
  };
}

/** How many things differ: steps that were added, removed or changed, and each other part of the graph. */
export function countDifferences({ added, removed, changed, others }: GraphDifference): number {
  return added.length + removed.length + changed.length + others.length;
}

/** The same text for the same content, in whatever order its keys stand. */
export function stableText(value: unknown): string {
  const text: string | undefined = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
  return text ?? 'undefined';
}

/** A part that is absent is the same as one that is empty: what a form leaves behind is no change. */
function differingKeys<T extends Step | Graph>(before: T, after: T): string[] {
  const [old, now] = [before, after].map((whole) => whole as unknown as Record<string, unknown>);
  const keys = [...new Set([...Object.keys(old ?? {}), ...Object.keys(now ?? {})])];
  return keys.filter((key) => textOf(old?.[key]) !== textOf(now?.[key]));
}

function textOf(part: unknown): string {
  const text = stableText(part);
  return text === '{}' || text === '[]' || text === 'null' ? 'undefined' : text;
}
