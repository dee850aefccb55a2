import { type Column, explainWire, type Graph, type InputPort, parseRef, type WireProblem } from '@pelton/contract';
import type { PortRef } from './edit-graph';

/** Why a wire cannot be drawn. */
export type Refusal = { kind: 'circle' } | { kind: 'self' } | { kind: 'columns'; wire: WireProblem; port: InputPort };

interface Known {
  graph: Graph;
  /** The input ports of a step's kind. */
  inputsOf: (step: string) => readonly InputPort[];
  /** The columns of an output port, as far as the last check knows them. */
  columnsOf: (from: PortRef) => readonly Column[] | undefined;
}

/** The port rule, plus the shape of the graph. Columns that are not known yet refuse nothing: the check after says more. */
export function explainConnection(
  from: PortRef,
  to: PortRef,
  { graph, inputsOf, columnsOf }: Known,
): Refusal | undefined {
  if (from.step === to.step) return { kind: 'self' };
  if (comesAfter(graph, from.step, to.step)) return { kind: 'circle' };
  const port = inputsOf(to.step).find(({ name }) => name === to.port);
  const columns = columnsOf(from);
  const wire = port && columns && explainWire(columns, port);
  return wire ? { kind: 'columns', wire, port } : undefined;
}

/** True when `id` reads, over however many steps, what `source` gives. */
export function comesAfter(graph: Graph, id: string, source: string, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false;
  seen.add(id);
  const step = graph.steps.find((each) => each.id === id);
  return Object.values(step?.inputs ?? {}).some((ref) => {
    const before = parseRef(ref).step;
    return before === source || comesAfter(graph, before, source, seen);
  });
}
