import type { Step, StepRole } from './pipeline.js';

/** Where a wire starts; without a port it is the step's first output. */
export interface StepRef {
  step: string;
  port: string | undefined;
}

/** Reads `step` or `step.port`. */
export function parseRef(ref: string): StepRef {
  const dot = ref.indexOf('.');
  return dot < 0 ? { step: ref, port: undefined } : { step: ref.slice(0, dot), port: ref.slice(dot + 1) };
}

/** Writes what {@link parseRef} reads. */
export function formatRef(step: string, port: string | undefined): string {
  return port === undefined ? step : `${step}.${port}`;
}

/**
 * Which steps each step waits for: those at the other end of its wires, and, for a definition, every store listed before
 * it, because a definition reads what stores write. A store that itself waits for the definition is left out.
 */
export function dependenciesOf(
  steps: readonly Step[],
  roleOf: (uses: string) => StepRole | undefined,
): Map<string, string[]> {
  const wired = new Map(steps.map((step) => [step.id, wiresOf(step)]));
  const waits = new Map<string, string[]>();
  steps.forEach((step, index) => {
    const stores =
      roleOf(step.uses) === 'definition' ? steps.slice(0, index).filter((other) => roleOf(other.uses) === 'store') : [];
    const implied = stores.map((store) => store.id).filter((id) => !reaches(wired, id, step.id));
    waits.set(step.id, [...new Set([...(wired.get(step.id) ?? []), ...implied])]);
  });
  return waits;
}

function wiresOf(step: Step): string[] {
  return Object.values(step.inputs).map((ref) => parseRef(ref).step);
}

/** True when following the wires backwards from `from` comes to `to`. */
function reaches(wired: Map<string, string[]>, from: string, to: string, seen = new Set<string>()): boolean {
  if (seen.has(from)) return false;
  seen.add(from);
  return (wired.get(from) ?? []).some((id) => id === to || reaches(wired, id, to, seen));
}

/** The steps of one cycle, in order, or undefined when every step can come after those that it waits for. */
export function findCycle(waits: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, path: string[]): string[] | undefined => {
    const at = path.indexOf(id);
    if (at >= 0) return path.slice(at);
    if (done.has(id) || !waits.has(id)) return undefined;
    for (const next of waits.get(id) ?? []) {
      const cycle = visit(next, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of waits.keys()) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Ids so that each comes after those that it waits for; otherwise as listed. Call {@link findCycle} first. */
export function orderSteps(waits: ReadonlyMap<string, readonly string[]>): string[] {
  const ordered = new Set<string>();
  const place = (id: string, path: ReadonlySet<string>) => {
    if (ordered.has(id) || path.has(id) || !waits.has(id)) return;
    for (const before of waits.get(id) ?? []) place(before, new Set([...path, id]));
    ordered.add(id);
  };
  for (const id of waits.keys()) place(id, new Set());
  return [...ordered];
}
