import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApplyInput, FilePlan, PlanInput, ProjectFiles } from '@pelton/contract';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { ProjectFilesService } from './project-files.service.js';

@ApiTags('project files')
@Controller('api/project-files')
export class ProjectFilesController {
  constructor(private readonly files: ProjectFilesService) {}

  @Get()
  @Allow('viewer')
  @Answers(ProjectFiles, 'The project as YAML, without secrets')
  export(@CurrentActor() actor: Actor) {
    return this.files.export(actor.projectId);
  }

  @Post('plan')
  @HttpCode(200)
  @Allow('admin', 'deploy')
  @Answers(FilePlan, 'What applying these files would do')
  plan(@CurrentActor() actor: Actor, @Body({ schema: PlanInput }) input: PlanInput) {
    return this.files.plan(actor, input);
  }

  @Post('apply')
  @HttpCode(200)
  @Allow('admin', 'deploy')
  @Answers(FilePlan, 'What was done; refused when the project changed since the plan')
  apply(@CurrentActor() actor: Actor, @Body({ schema: ApplyInput }) input: ApplyInput) {
    return this.files.apply(actor, input);
  }
}
