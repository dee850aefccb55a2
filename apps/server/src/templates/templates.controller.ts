import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { PipelineTemplate, TemplateResult, TemplateUse } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { TemplatesService } from './templates.service.js';

@ApiTags('pipelines')
@Controller('api/templates')
export class TemplatesController {
  constructor(private readonly templates: TemplatesService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(PipelineTemplate), 'With the answers that the project’s data suggests')
  list(@CurrentActor() actor: Actor) {
    return this.templates.list(actor.projectId);
  }

  @Post(':id/pipelines')
  @Allow('operator')
  @Answers(TemplateResult, 'Makes the definitions that are missing and the pipeline, as a draft')
  use(@CurrentActor() actor: Actor, @Param('id') id: string, @Body({ schema: TemplateUse }) input: TemplateUse) {
    return this.templates.use(actor, id, input);
  }
}
