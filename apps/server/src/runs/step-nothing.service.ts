import { Injectable } from '@nestjs/common';
import type { Column, Sample, Step } from '@pelton/contract';
import { emptyRelation } from '@pelton/warehouse';
import { GraphCheckService } from '../pipelines/graph-check.service.js';
import { RunContexts, type StepGiven } from './run-contexts.service.js';
import type { RunDoc } from './run.schema.js';
import type { Executed } from './step-executor.service.js';

/** Lets a run go on without a step: no rows at each of its ports, with the columns that it would have given. */
@Injectable()
export class StepNothing {
  constructor(
    private readonly contexts: RunContexts,
    private readonly checker: GraphCheckService,
  ) {}

  /** @throws when the columns cannot be known either */
  async give(run: RunDoc, step: Step, before: readonly StepGiven[]): Promise<Executed> {
    const { kind, context } = await this.contexts.of(run, step, before);
    const shape = await this.checker.shape(kind, context);
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
