import { type Graph, parseRef, type Relation, type Step } from '@pelton/contract';

/** What starts a run in which users go on. */
export interface GoingOn {
  /** What the steps before it give. */
  seeds: Record<string, Record<string, Relation>>;
  /** The steps that run. */
  only: string[];
}

/**
 * Which steps users go on through. A step takes part when all that it is wired to does, for what it needs from elsewhere
 * happened in the run that brought the users; one that goes on with whoever arrives takes part when anything does.
 * @param waits which steps each step waits for
 */
export function stepsAfter(
  graph: Graph,
  waits: ReadonlyMap<string, readonly string[]>,
  from: string,
  takesWhoArrives: (step: Step) => boolean,
): string[] {
  const taking = new Set([from]);
  for (let before = 0; before < taking.size;) {
    before = taking.size;
    for (const step of graph.steps) {
      const follows = waits.get(step.id)?.some((id) => taking.has(id)) ?? false;
      const wired = Object.values(step.inputs).map((ref) => parseRef(ref).step);
      const isFed = takesWhoArrives(step) ? wired.some((id) => taking.has(id)) : wired.every((id) => taking.has(id));
      if (follows && isFed) taking.add(step.id);
    }
  }
  taking.delete(from);
  return [...taking];
}

/** How users go on from a step: through its ports, or, when it has to decide again, in through its first input. */
export function goingOn(
  step: Step,
  after: string[],
  { decidesAgain, ports }: { decidesAgain: boolean; ports: Record<string, Relation> },
): GoingOn {
  if (!decidesAgain) return { seeds: { [step.id]: ports }, only: after };
  const ref = Object.values(step.inputs)[0] ?? '';
  const { step: from, port = 'users' } = parseRef(ref);
  return { seeds: { [from]: { [port]: Object.values(ports)[0] ?? noPort(step) } }, only: [step.id, ...after] };
}

function noPort({ id }: Step): never {
  throw new Error(`${id} releases nobody`);
}
