import { Injectable } from '@nestjs/common';
import {
  AppError,
  type Column,
  ERROR_PORT,
  explainWire,
  type Graph,
  type GraphCheck,
  type InputPort,
  isAppError,
  orderSteps,
  parseRef,
  phrase,
  type Relation,
  type Step,
  type StepCheck,
  type StepProblem,
} from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import { WarehouseService } from '../infra/warehouse.service.js';
import { ProjectsService } from '../projects/projects.service.js';
import { DefinitionsService } from '../steps/definitions.service.js';
import type { AnyStepKind, StepContext } from '../steps/step-kind.js';
import { QueryColumns } from '../steps/query-columns.service.js';
import { StepsService } from '../steps/steps.service.js';
import { ERROR_COLUMNS } from '../steps/error-columns.js';
import { structureProblems, waitsOf } from './graph-structure.js';

/** Finds out what a graph would do without running it: the columns at every port, and all that is wrong. */
@Injectable()
export class GraphCheckService {
  constructor(
    private readonly steps: StepsService,
    private readonly queryColumns: QueryColumns,
    private readonly definitions: DefinitionsService,
    private readonly warehouse: WarehouseService,
    private readonly projects: ProjectsService,
  ) {}

  async check(projectId: string, graph: Graph): Promise<Pick<GraphCheck, 'steps'>> {
    const [project, { timezone }, definitions] = await Promise.all([
      this.warehouse.project(projectId),
      this.projects.find(projectId),
      this.definitions.current(projectId),
    ]);
    const structure = structureProblems(graph, this.steps);
    const order = orderSteps(waitsOf(graph, this.steps));
    const checked = new Map<string, StepCheck>();
    const relations = new Map<string, Record<string, Relation>>();
    for (const id of order) {
      const step = graph.steps.find((candidate) => candidate.id === id);
      if (!step) continue;
      const found = structure
        .filter((problem) => problem.stepId === id)
        .map(({ error, port }) => toProblem(error, port));
      const base = {
        projectId,
        project,
        timezone,
        asOf: new Date().toISOString(),
        definitions,
        trigger: graph.trigger,
      };
      checked.set(id, await this.checkStep(step, found, base, relations));
    }
    return { steps: graph.steps.flatMap((step) => checked.get(step.id) ?? []) };
  }

  private async checkStep(
    step: Step,
    found: StepProblem[],
    base: Omit<StepContext, 'params' | 'inputs'>,
    relations: Map<string, Record<string, Relation>>,
  ): Promise<StepCheck> {
    const result: StepCheck = { id: step.id, summary: phrase``, outputs: [], columns: {}, problems: found };
    if (!this.steps.roleOf(step.uses)) return result;
    const kind = this.steps.kind(step);
    result.outputs = kind.type.outputs ?? [];
    try {
      const params = this.steps.readParams(kind, step);
      result.summary = kind.summary(params);
      if (kind.kind === 'action') result.outputs = kind.outputs(params, base.definitions);
      if (step.onError === 'branch') result.outputs = [...result.outputs, { name: ERROR_PORT, title: 'Error' }];
      const inputs = inputsOf(step, relations);
      result.problems.push(...wireProblems(kind.type.inputs, inputs));
      const isWaiting = Object.keys(step.inputs).some((port) => !inputs[port]);
      if (result.problems.length > 0 || isWaiting) return result;
      const outputs = await this.shape(kind, { ...base, params, inputs });
      if (step.onError === 'branch')
        outputs[ERROR_PORT] = { sql: emptyRelation(ERROR_COLUMNS), columns: ERROR_COLUMNS };
      relations.set(step.id, outputs);
      result.columns = Object.fromEntries(Object.entries(outputs).map(([port, relation]) => [port, relation.columns]));
    } catch (error) {
      if (!isAppError(error)) throw error;
      result.problems.push(toProblem(error));
    }
    return result;
  }

  /** The relations that a step would give; those of an action are stand-ins with the right columns and no rows. */
  async shape(kind: AnyStepKind, context: StepContext): Promise<Record<string, Relation>> {
    if (kind.kind === 'query') {
      const sql = await kind.compile(context);
      const [port] = kind.type.outputs ?? [];
      return { [port?.name ?? 'rows']: { sql, columns: await this.queryColumns.of(kind, context) } };
    }
    const columns = await kind.columns(context);
    return Object.fromEntries(
      Object.entries(columns).map(([port, list]: [string, Column[]]) => [
        port,
        { sql: emptyRelation(list), columns: list },
      ]),
    );
  }
}

/** What arrives at a step's ports, as far as it is known. A wire without a port comes from the first one. */
export function inputsOf(
  step: Step,
  relations: ReadonlyMap<string, Record<string, Relation>>,
): Record<string, Relation> {
  const inputs: Record<string, Relation> = {};
  for (const [name, ref] of Object.entries(step.inputs)) {
    const { step: from, port } = parseRef(ref);
    const outputs = relations.get(from);
    const relation = outputs && (port === undefined ? Object.values(outputs)[0] : outputs[port]);
    if (relation) inputs[name] = relation;
  }
  return inputs;
}

/** The wires whose columns do not fit their ports. */
export function wireProblems(ports: readonly InputPort[], inputs: Record<string, Relation>): StepProblem[] {
  return ports.flatMap((port) => {
    const wire = inputs[port.name] && explainWire(inputs[port.name]?.columns ?? [], port);
    if (!wire) return [];
    const { column, wanted, found, closest } = wire;
    const error = new AppError('WIRE_REFUSED', {
      column,
      wanted,
      found,
      closest: closest.map(({ name, family }) => `${name} (${family})`),
    });
    return [{ ...toProblem(error, port.name), wire }];
  });
}

export function toProblem(error: AppError, at?: string): StepProblem {
  const wrong = error.code === 'PARAM_INVALID' ? (error as AppError<'PARAM_INVALID'>).facts : undefined; // the code was just compared
  const port = error.code === 'COLUMNS_DIFFER' ? (error as AppError<'COLUMNS_DIFFER'>).facts.port : at; // the code was just compared
  return {
    code: error.code,
    message: error.message,
    ...(wrong && { field: wrong.field, reason: wrong.reason }),
    ...(wrong?.at !== undefined && { at: wrong.at }),
    ...(port && { port }),
  };
}
