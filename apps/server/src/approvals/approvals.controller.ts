import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Approval, DecisionInput } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { titleOf } from '../pipelines/graph-structure.js';
import { PipelinesService } from '../pipelines/pipelines.service.js';
import { StepsService } from '../steps/steps.service.js';
import { ApprovalsService } from './approvals.service.js';

const Which = z.object({ open: z.stringbool().default(false) });

@ApiTags('pipelines')
@Controller('api/approvals')
export class ApprovalsController {
  constructor(
    private readonly approvals: ApprovalsService,
    private readonly pipelines: PipelinesService,
    private readonly steps: StepsService,
  ) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Approval), 'Newest first')
  async list(@CurrentActor() { projectId }: Actor, @Query({ schema: Which }) { open }: z.infer<typeof Which>) {
    const known = new Map((await this.pipelines.list(projectId)).map((pipeline) => [pipeline.name, pipeline]));
    return this.approvals.list(projectId, open, (name, step) => {
      const pipeline = known.get(name);
      const graph = pipeline?.live?.graph ?? pipeline?.draft;
      return {
        pipelineTitle: pipeline?.title ?? name,
        stepTitle: graph ? titleOf(graph, step, this.steps) : step,
      };
    });
  }

  @Post(':id/decision')
  @HttpCode(204)
  @Allow('operator')
  decide(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body({ schema: DecisionInput }) decision: DecisionInput,
  ) {
    return this.approvals.decide(actor, id, decision);
  }
}
