import type { Column, Graph, OutputPort, StepCheck } from '@pelton/contract';
import { parseRef } from '@pelton/contract';
import { INPUT_STEP, type InputColumn, InputParams } from '../steps/input.step.js';

/** What a live pipeline takes and gives when another one calls it. */
export interface Signature {
  /** The columns of its input step; absent when it has none. */
  takes?: InputColumn[];
  gives: GivenPort[];
}

/** A port of one of its last steps, by the name that it has at the step that calls. */
export interface GivenPort extends OutputPort {
  step: string;
  port: string;
  columns: Column[];
}

/** A pipeline that others may call, in the version that a run calls. */
export interface CallablePipeline extends Signature {
  name: string;
  title: string;
  version: number;
}

/**
 * Reads off what a pipeline takes and gives: its input step, and every port of the steps that no other one reads.
 * @param checks what a check found out of each step
 * @param titleOf what a person calls a step
 */
export function signatureOf(graph: Graph, checks: readonly StepCheck[], titleOf: (step: string) => string): Signature {
  const input = graph.steps.find(({ uses }) => uses === INPUT_STEP);
  const columns = input && InputParams.safeParse(input.with).data?.columns;
  const read = new Set(graph.steps.flatMap(({ inputs }) => Object.values(inputs).map((ref) => parseRef(ref).step)));
  const last = checks.filter(({ id }) => !read.has(id));
  return {
    ...(columns && { takes: columns }),
    gives: last.flatMap(({ id, outputs, columns: byPort }) =>
      outputs.map((port) => ({
        name: outputs.length === 1 ? id : `${id} ${port.name}`,
        title: outputs.length === 1 ? titleOf(id) : `${titleOf(id)}: ${port.title}`,
        step: id,
        port: port.name,
        columns: byPort[port.name] ?? [],
      })),
    ),
  };
}
