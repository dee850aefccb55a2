import { Injectable } from '@nestjs/common';
import type { Step } from '@pelton/contract';
import { WarehouseService } from '../infra/warehouse.service.js';
import { inputsOf } from '../pipelines/graph-check.service.js';
import { RunDefinitions } from '../steps/run-definitions.js';
import type { AnyStepKind, StepContext } from '../steps/step-kind.js';
import { StepsService } from '../steps/steps.service.js';
import type { RunDoc, StepOutputDoc } from './run.schema.js';

/** What a finished step gives to those after it. */
export type StepGiven = Omit<StepOutputDoc, 'samples'>;

/** Puts together what a step of a run is compiled with. */
@Injectable()
export class RunContexts {
  constructor(
    private readonly steps: StepsService,
    private readonly warehouse: WarehouseService,
  ) {}

  /** @throws PARAM_INVALID */
  async of(
    run: RunDoc,
    step: Step,
    before: readonly StepGiven[],
  ): Promise<{ kind: AnyStepKind; context: StepContext }> {
    const kind = this.steps.kind(step);
    const context: StepContext = {
      projectId: run.projectId,
      project: await this.warehouse.project(run.projectId),
      params: this.steps.readParams(kind, step),
      inputs: inputsOf(step, new Map(before.map((output) => [output.stepId, output.relations]))),
      timezone: run.timezone,
      asOf: run.asOf.toISOString(),
      definitions: new RunDefinitions(run.definitions),
      trigger: run.graph.trigger,
    };
    return { kind, context };
  }
}
