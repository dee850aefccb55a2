import { Body, Controller, Get, Post } from '@nestjs/common';
import { Project, ProjectInput } from '@pelton/contract';
import { z } from 'zod';
import { Allow, Answers } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { ProjectsService } from './projects.service.js';

@ApiTags('projects')
@Controller('api/projects')
export class ProjectsController {
  constructor(private readonly projects: ProjectsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Project))
  list() {
    return this.projects.list();
  }

  @Post()
  @Allow('admin')
  @Answers(Project)
  create(@Body({ schema: ProjectInput }) input: ProjectInput) {
    return this.projects.create(input);
  }
}
