import { type Graph, orderSteps, parseRef, type StepRef } from '@pelton/contract';

export interface ListedStep {
  id: string;
  /** 1 for a step of a branch, such as one variation of an experiment. */
  indent: number;
  /** What it reads where its source has several ports. */
  branch: StepRef | undefined;
}

/** Steps as a list from top to bottom, for small screens: each after those that it reads. */
export function listSteps(graph: Graph): ListedStep[] {
  const waits = new Map(
    graph.steps.map((step) => [step.id, Object.values(step.inputs).map((ref) => parseRef(ref).step)]),
  );
  const known = new Map(graph.steps.map((step) => [step.id, step]));
  return orderSteps(waits).map((id) => {
    const reads = Object.values(known.get(id)?.inputs ?? {}).map(parseRef);
    const branch = reads.find(({ port }) => port !== undefined);
    return { id, indent: branch === undefined ? 0 : 1, branch };
  });
}
