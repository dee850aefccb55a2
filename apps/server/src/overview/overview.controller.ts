import { Controller, Get } from '@nestjs/common';
import { Overview } from '@pelton/contract';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { OverviewService } from './overview.service.js';

@ApiTags('overview')
@Controller('api/overview')
export class OverviewController {
  constructor(private readonly overview: OverviewService) {}

  @Get()
  @Allow('viewer')
  @Answers(Overview)
  get(@CurrentActor() actor: Actor) {
    return this.overview.of(actor.projectId);
  }
}
