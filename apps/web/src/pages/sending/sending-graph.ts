import type { Connection, Graph, JsonSchema, StepType } from '@pelton/contract';
import { fieldsOf, initialValues } from '@/forms/field';

/** What is sent: the members of a tag, or the rows of a dataset. */
export interface Sent {
  noun: 'tag' | 'dataset';
  name: string;
}

/** The kinds of steps that hand rows to a connection. */
export function destinationsOf(types: readonly StepType[]): StepType[] {
  return types.filter(({ role, uses }) => role === 'reach' && uses.endsWith('/write'));
}

/** A pipeline of two steps: what is sent, and where to. A connection is chosen where there is only one. */
export function sendingGraph({ noun, name }: Sent, type: StepType, connections: readonly Connection[]): Graph {
  const fitting = connections.filter(({ uses }) => type.uses === `${uses}/write`);
  const [only] = fitting.length === 1 ? fitting : [];
  const params = { ...initialValues(fieldsOf(type.params)), ...(only && { connection: only.name }) } as JsonSchema; // made from the schema
  return {
    steps: [
      { id: noun, uses: `core/${noun}`, with: { [noun]: name }, inputs: {} },
      { id: 'destination', uses: type.uses, with: params, inputs: { rows: noun } },
    ],
    layout: {},
  };
}
