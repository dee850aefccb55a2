import { type Graph, parseRef, type Step, type StepRun, type StepState } from '@pelton/contract';
import type { Reading } from '../steps/step-kind.js';

/**
 * The steps that nothing is done for: those after them read through them, so that a chain is one statement. A step that
 * flows is read through when anything comes after it; one that is kept, only when it is read once on all of its way.
 * @param readingOf `acts` also for a step of which somebody wants more than its rows
 */
export function readThrough(steps: readonly Step[], readingOf: (step: Step) => Reading): Set<string> {
  const after = new Map<string, Step[]>(steps.map((step) => [step.id, []]));
  for (const step of steps) for (const ref of Object.values(step.inputs)) after.get(parseRef(ref).step)?.push(step);
  const isReadOnce = (id: string): boolean => {
    const [reader, another] = after.get(id) ?? [];
    if (!reader || another) return false;
    const reading = readingOf(reader);
    if (reading === 'flows') return isReadOnce(reader.id);
    // A table that is kept is filled by one statement, whatever reads it then.
    return reading === 'kept' || reading === 'reads-once';
  };
  return new Set(
    steps
      .filter((step) => {
        const reading = readingOf(step);
        if (reading === 'flows') return (after.get(step.id)?.length ?? 0) > 0;
        return reading === 'kept' && isReadOnce(step.id);
      })
      .map((step) => step.id),
  );
}

/** What each step that does run waits for, near or through those that are read through. */
export function waitsPast(
  waits: Readonly<Record<string, readonly string[]>>,
  through: ReadonlySet<string>,
): Record<string, string[]> {
  const past = (id: string): string[] =>
    (waits[id] ?? []).flatMap((before) => (through.has(before) ? past(before) : [before]));
  return Object.fromEntries(Object.keys(waits).map((id) => [id, [...new Set(past(id))]]));
}

/** The steps that are read through by steps in some states. Those that run now have them at work, though nobody claimed them. */
export function readBy(
  states: readonly StepState[],
  { graph, steps }: { graph: Pick<Graph, 'steps'>; steps: readonly Pick<StepRun, 'id' | 'state' | 'readThrough'>[] },
): Set<string> {
  const stepRun = new Map(steps.map((step) => [step.id, step]));
  const found = new Set<string>();
  const visit = (id: string) => {
    for (const ref of Object.values(graph.steps.find((step) => step.id === id)?.inputs ?? {})) {
      const before = parseRef(ref).step;
      if (!stepRun.get(before)?.readThrough || found.has(before)) continue;
      found.add(before);
      visit(before);
    }
  };
  for (const { id, state } of steps) if (states.includes(state)) visit(id);
  return found;
}
