import { type Graph, parseRef } from '@pelton/contract';
import type { PortRef } from './edit-graph';

export interface Wire {
  id: string;
  from: PortRef;
  to: PortRef;
}

/**
 * The wires of a graph, with the port that each begins at.
 * @param firstPortOf what a wire without a port comes from
 */
export function wiresOf(graph: Graph, firstPortOf: (step: string) => string | undefined): Wire[] {
  const known = new Set(graph.steps.map((step) => step.id));
  return graph.steps.flatMap((step) =>
    Object.entries(step.inputs).flatMap(([port, ref]) => {
      const from = parseRef(ref);
      const fromPort = from.port ?? firstPortOf(from.step);
      if (!known.has(from.step) || fromPort === undefined) return [];
      const to = { step: step.id, port };
      return [{ id: wireId(to), from: { step: from.step, port: fromPort }, to }];
    }),
  );
}

/** One wire ends at a port, so where it ends names it. */
export function wireId(to: PortRef): string {
  return `${to.step}:${to.port}`;
}
