import {
  type AlikeProblem,
  type Column,
  explainAlike,
  explainWire,
  type Graph,
  type InputPort,
  parseRef,
  type WireProblem,
} from '@pelton/contract';
import type { PortRef } from './edit-graph';

/** Why a wire cannot be drawn. */
export type Refusal =
  | { kind: 'circle' }
  | { kind: 'self' }
  | { kind: 'columns'; wire: WireProblem; port: InputPort }
  | { kind: 'alike'; problem: AlikeProblem; port: InputPort };

interface Known {
  graph: Graph;
  /** The input ports of a step's kind. */
  inputsOf: (step: string) => readonly InputPort[];
  /** The columns of an output port, as far as the last check knows them. */
  columnsOf: (from: PortRef) => readonly Column[] | undefined;
  /** The same of a wire that is there already, as it is written. */
  columnsOfRef: (ref: string) => readonly Column[] | undefined;
}

/** The port rule, plus the shape of the graph. Columns that are not known yet refuse nothing: the check after says more. */
export function explainConnection(from: PortRef, to: PortRef, known: Known): Refusal | undefined {
  if (from.step === to.step) return { kind: 'self' };
  if (comesAfter(known.graph, from.step, to.step)) return { kind: 'circle' };
  const port = known.inputsOf(to.step).find(({ name }) => name === to.port);
  const columns = known.columnsOf(from);
  if (!port || !columns) return undefined;
  const wire = explainWire(columns, port);
  if (wire) return { kind: 'columns', wire, port };
  const problem = port.isAlike && explainAlike(columns, othersAlike(to, known));
  return problem ? { kind: 'alike', problem, port } : undefined;
}

/** What arrives already at the other ports that become one with this. */
function othersAlike(to: PortRef, { graph, inputsOf, columnsOfRef }: Known) {
  const wires = graph.steps.find(({ id }) => id === to.step)?.inputs ?? {};
  return inputsOf(to.step).flatMap(({ name, title, isAlike }) => {
    const ref = wires[name];
    const columns = isAlike && name !== to.port && ref !== undefined ? columnsOfRef(ref) : undefined;
    return columns ? [{ port: title, columns }] : [];
  });
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
