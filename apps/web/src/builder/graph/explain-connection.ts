import {
  type AlikeProblem,
  type Column,
  explainAlike,
  explainWire,
  type Graph,
  type InputPort,
  type WireProblem,
} from '@pelton/contract';
import type { PortRef } from './edit-graph';
import { stepsAfter } from './steps-after';

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
  if (stepsAfter(known.graph, to.step).has(from.step)) return { kind: 'circle' };
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
