import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Reject, RejectCount, RejectFilter, ReplayAnswer, ReplayInput } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { Page } from '../common/page.js';
import { RejectsService } from './rejects.service.js';

const RejectPage = Page.extend(RejectFilter.shape);

@ApiTags('collect')
@Controller('api/rejects')
export class RejectsController {
  constructor(private readonly rejects: RejectsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Reject), 'Newest first')
  list(@CurrentActor() actor: Actor, @Query({ schema: RejectPage }) page: z.infer<typeof RejectPage>) {
    return this.rejects.list(actor.projectId, page);
  }

  @Get('counts')
  @Allow('viewer')
  @Answers(z.array(RejectCount), 'Those not replayed yet, by code and source')
  counts(@CurrentActor() actor: Actor) {
    return this.rejects.counts(actor.projectId);
  }

  @Post('replay')
  @HttpCode(200)
  @Allow('operator')
  @Answers(ReplayAnswer)
  replay(@CurrentActor() actor: Actor, @Body({ schema: ReplayInput }) input: ReplayInput) {
    return this.rejects.replay(actor.projectId, input);
  }
}
