import { type Graph, parseRef } from '@pelton/contract';
import { type PortRef, removeSteps } from './edit-graph';

/**
 * Takes steps out and joins what each read first with what read it.
 * @param fits whether what stands before may feed a port; where it may not, the wire goes with the step
 */
export function removeAndJoin(
  graph: Graph,
  ids: readonly string[],
  fits: (ref: string, to: PortRef) => boolean,
): Graph {
  const joined = ids.reduce((left, id) => joinAround(left, id, fits), graph);
  return removeSteps(joined, ids);
}

function joinAround(graph: Graph, id: string, fits: (ref: string, to: PortRef) => boolean): Graph {
  const [before] = Object.values(graph.steps.find((step) => step.id === id)?.inputs ?? {});
  if (before === undefined) return graph;
  const steps = graph.steps.map((step) => {
    const inputs = Object.entries(step.inputs).map(([port, ref]) => {
      const isJoined = parseRef(ref).step === id && fits(before, { step: step.id, port });
      return [port, isJoined ? before : ref] as const;
    });
    return { ...step, inputs: Object.fromEntries(inputs) };
  });
  return { ...graph, steps };
}
