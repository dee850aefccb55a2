import { Controller, Get, Param } from '@nestjs/common';
import { StepHistory } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { StepHistoryService } from './step-history.service.js';

@ApiTags('runs')
@Controller('api/pipelines/:name/steps/:step/runs')
export class StepHistoryController {
  constructor(private readonly history: StepHistoryService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(StepHistory), 'Newest first')
  list(@CurrentActor() { projectId }: Actor, @Param('name') name: string, @Param('step') step: string) {
    return this.history.ofStep(projectId, name, step);
  }
}
