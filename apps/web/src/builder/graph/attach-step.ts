import { type Column, explainWire, formatRef, type Graph, type InputPort, type OutputPort } from '@pelton/contract';
import { connect, type PortRef } from './edit-graph';
import type { Wire } from './wires';

/** Where a new step is joined to what is there: behind an output, before an input, or in the middle of a wire. */
export type Attachment =
  { kind: 'after'; from: PortRef } | { kind: 'before'; to: PortRef } | { kind: 'on'; wire: Wire };

interface Ports {
  inputs: readonly InputPort[];
  /** Undefined while they depend on parameters: such a step cannot feed anything yet. */
  outputs: readonly OutputPort[] | undefined;
}

/**
 * Joins a step that was just added.
 * @param refTo how a wire from a port is written
 * @param columns those of the port that the step would read, as far as they are known
 */
export function attachStep(
  graph: Graph,
  step: { id: string } & Ports,
  attachment: Attachment,
  { refTo, columns }: { refTo: (from: PortRef) => string; columns: readonly Column[] | undefined },
): Graph {
  const from = sourceOf(attachment);
  const input = from && fittingInput(step.inputs, columns);
  const fed = input && from ? withInput(graph, { step: step.id, port: input.name }, refTo(from)) : graph;
  if (from && !input) return fed;
  const to = attachment.kind === 'before' ? attachment.to : attachment.kind === 'on' ? attachment.wire.to : undefined;
  const [output] = step.outputs ?? [];
  if (!to || !output) return fed;
  return connect(fed, { step: step.id, port: (step.outputs?.length ?? 0) > 1 ? output.name : undefined }, to);
}

/** The port that a step attached so would read. */
export function sourceOf(attachment: Attachment): PortRef | undefined {
  if (attachment.kind === 'after') return attachment.from;
  return attachment.kind === 'on' ? attachment.wire.from : undefined;
}

/** Whether a kind of step can stand there at all. */
export function canAttach(ports: Ports, attachment: Attachment, columns: readonly Column[] | undefined): boolean {
  const takes = fittingInput(ports.inputs, columns) !== undefined;
  const gives = ports.outputs === undefined || ports.outputs.length > 0;
  if (attachment.kind === 'after') return takes;
  return attachment.kind === 'before' ? gives : takes && gives;
}

/** The first input that can take these columns; of unknown columns any may do. */
function fittingInput(inputs: readonly InputPort[], columns: readonly Column[] | undefined): InputPort | undefined {
  return inputs.find((port) => !columns || !explainWire(columns, port));
}

function withInput(graph: Graph, to: PortRef, ref: string): Graph {
  const steps = graph.steps.map((step) =>
    step.id === to.step ? { ...step, inputs: { ...step.inputs, [to.port]: ref } } : step,
  );
  return { ...graph, steps };
}

/** How a wire is written: with its port only where the source has several. */
export function writeRef(from: PortRef, outputs: readonly OutputPort[]): string {
  return formatRef(from.step, outputs.length > 1 ? from.port : undefined);
}
