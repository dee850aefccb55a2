import { Controller, Get, Query } from '@nestjs/common';
import { Lineage, LineageQuery } from '@pelton/contract';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { LineageService } from './lineage.service.js';

@ApiTags('lineage')
@Controller('api/lineage')
export class LineageController {
  constructor(private readonly lineage: LineageService) {}

  @Get()
  @Allow('viewer')
  @Answers(Lineage, 'Everything of the project: what goes into what')
  whole(@CurrentActor() actor: Actor) {
    return this.lineage.whole(actor.projectId);
  }

  @Get('of')
  @Allow('viewer')
  @Answers(Lineage, 'What one thing, or one of its columns, comes from and goes into')
  reach(@CurrentActor() actor: Actor, @Query({ schema: LineageQuery }) query: LineageQuery) {
    return this.lineage.reach(actor.projectId, query);
  }
}
