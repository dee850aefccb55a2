import { Injectable } from '@nestjs/common';
import type { Column, Sample, Step } from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import { WarehouseService } from '../infra/warehouse.service.js';
import { GraphCheckService, inputsOf } from '../pipelines/graph-check.service.js';
import { RunDefinitions } from '../steps/run-definitions.js';
import { StepsService } from '../steps/steps.service.js';
import type { RunDoc } from './run.schema.js';
import type { Executed, StepGiven } from './step-executor.service.js';

/** Lets a run go on without a step: no rows at each of its ports, with the columns that it would have given. */
@Injectable()
export class StepNothing {
  constructor(
    private readonly steps: StepsService,
    private readonly checker: GraphCheckService,
    private readonly warehouse: WarehouseService,
  ) {}

  /** @throws when the columns cannot be known either */
  async give(run: RunDoc, step: Step, before: readonly StepGiven[]): Promise<Executed> {
    const kind = this.steps.kind(step);
    const shape = await this.checker.shape(kind, {
      projectId: run.projectId,
      project: await this.warehouse.project(run.projectId),
      params: this.steps.readParams(kind, step),
      inputs: inputsOf(step, new Map(before.map((output) => [output.stepId, output.relations]))),
      timezone: run.timezone,
      asOf: run.asOf.toISOString(),
      definitions: new RunDefinitions(run.definitions),
    });
    const ports = Object.entries(shape).map(([port, { columns }]) => ({ port, columns }));
    return {
      rowsIn: null,
      rows: Object.fromEntries(ports.map(({ port }) => [port, 0])),
      foot: null,
      sql: null,
      output: {
        relations: Object.fromEntries(
          ports.map(({ port, columns }) => [port, { sql: emptyRelation(columns), columns }]),
        ),
        samples: Object.fromEntries(ports.map(({ port, columns }) => [port, noRows(port, columns)])),
      },
    };
  }
}

function noRows(port: string, columns: Column[]): Sample {
  return { port, columns, rows: [], total: 0 };
}
