import { Controller, Get, Header, HttpCode, Param, Post, Query } from '@nestjs/common';
import { PipelineVersion, PipelineVersionDetail, StepUpgrade } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { PublicUrl } from '../infra/public-url.js';
import { VersionsService } from './versions.service.js';

const VersionNumber = z.coerce.number().int().min(1);
const VersionChoice = z.object({ version: VersionNumber.optional() });

@ApiTags('pipelines')
@Controller('api/pipelines/:name')
export class VersionsController {
  constructor(
    private readonly versions: VersionsService,
    private readonly publicUrl: PublicUrl,
  ) {}

  @Get('versions')
  @Allow('viewer')
  @Answers(z.array(PipelineVersion), 'Newest first')
  list(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.versions.list(actor.projectId, name);
  }

  @Get('versions/:version')
  @Allow('viewer')
  @Answers(PipelineVersionDetail)
  find(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('version', { schema: VersionNumber }) version: number,
  ) {
    return this.versions.find(actor.projectId, name, version);
  }

  @Get('yaml')
  @Allow('viewer')
  @Header('Content-Type', 'text/yaml; charset=utf-8')
  yaml(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Query({ schema: VersionChoice }) { version }: z.infer<typeof VersionChoice>,
  ) {
    return this.versions.yaml(actor.projectId, name, version, `${this.publicUrl.get()}/schema/pipeline.json`);
  }

  @Get('upgrades')
  @Allow('viewer')
  @Answers(z.array(StepUpgrade), 'Steps of the draft whose plugin is installed in another version than theirs')
  upgrades(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.versions.upgrades(actor.projectId, name);
  }

  @Post('upgrades/:step')
  @HttpCode(200)
  @Allow('operator')
  @Answers(z.array(StepUpgrade), 'Those that are left')
  upgrade(@CurrentActor() actor: Actor, @Param('name') name: string, @Param('step') step: string) {
    return this.versions.upgrade(actor.projectId, name, step);
  }
}
