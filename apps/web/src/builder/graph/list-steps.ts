import { type Graph, orderSteps, parseRef } from '@pelton/contract';

export interface ListedStep {
  id: string;
  /** 1 for a step of a branch, such as one variation of an experiment. */
  indent: number;
  /** The port that it reads where its source has several. */
  branch: string | undefined;
}

/** Steps as a list from top to bottom, for small screens: each after those that it reads. */
export function listSteps(graph: Graph): ListedStep[] {
  const waits = new Map(
    graph.steps.map((step) => [step.id, Object.values(step.inputs).map((ref) => parseRef(ref).step)]),
  );
  const known = new Map(graph.steps.map((step) => [step.id, step]));
  return orderSteps(waits).map((id) => {
    const ports = Object.values(known.get(id)?.inputs ?? {}).map((ref) => parseRef(ref).port);
    const branch = ports.find((port) => port !== undefined);
    return { id, indent: branch === undefined ? 0 : 1, branch };
  });
}
