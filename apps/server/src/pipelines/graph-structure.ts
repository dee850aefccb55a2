import { AppError, dependenciesOf, findCycle, type Graph, parseRef, type Step } from '@pelton/contract';
import type { StepsService } from '../steps/steps.service.js';

/** What keeps a graph from being a graph, whatever its data. */
export interface StructureProblem {
  stepId: string;
  error: AppError;
  port?: string;
}

/** Unknown steps, repeated ids, wires from nowhere, ports that have to be connected, circles. */
export function structureProblems(graph: Graph, steps: StepsService): StructureProblem[] {
  const problems: StructureProblem[] = [];
  const ids = graph.steps.map((step) => step.id);
  for (const [index, step] of graph.steps.entries()) {
    if (ids.indexOf(step.id) !== index)
      problems.push({ stepId: step.id, error: new AppError('STEP_REPEATED', { id: step.id }) });
    problems.push(...stepProblems(step, ids, steps));
  }
  const cycle = findCycle(waitsOf(graph, steps));
  if (cycle)
    for (const stepId of cycle)
      problems.push({
        stepId,
        error: new AppError('PIPELINE_CYCLE', { steps: cycle.map((id) => titleOf(graph, id, steps)) }),
      });
  return problems;
}

/** Which steps each step waits for. */
export function waitsOf(graph: Graph, steps: StepsService): Map<string, string[]> {
  return dependenciesOf(graph.steps, steps.roleOf);
}

/** What a person calls a step. */
export function titleOf(graph: Graph, stepId: string, steps: StepsService): string {
  const step = graph.steps.find((candidate) => candidate.id === stepId);
  return step?.title ?? (step && steps.types().find((type) => type.uses === step.uses)?.title) ?? stepId;
}

function stepProblems(step: Step, ids: string[], steps: StepsService): StructureProblem[] {
  const role = steps.roleOf(step.uses);
  if (!role) return [{ stepId: step.id, error: new AppError('STEP_UNKNOWN', { uses: step.uses }) }];
  const { inputs } = steps.kind(step).type;
  const missing = inputs.filter((port) => !port.optional && !step.inputs[port.name]);
  const loose = Object.entries(step.inputs).filter(
    ([port, ref]) => !ids.includes(parseRef(ref).step) || !inputs.some((input) => input.name === port),
  );
  return [
    ...missing.map((port) => ({
      stepId: step.id,
      port: port.name,
      error: new AppError('INPUT_MISSING', { port: port.title }),
    })),
    ...loose.map(([port, ref]) => ({ stepId: step.id, port, error: new AppError('INPUT_UNKNOWN', { ref }) })),
  ];
}
