import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  MendInput,
  Reject,
  RejectCount,
  RejectFilter,
  RejectTotal,
  ReplayAnswer,
  ReplayInput,
  ReplayMatchingInput,
} from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
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

  @Get('total')
  @Allow('viewer')
  @Answers(RejectTotal)
  total(@CurrentActor() actor: Actor, @Query({ schema: RejectFilter }) filter: RejectFilter) {
    return this.rejects.total(actor.projectId, filter);
  }

  @Post('replay')
  @HttpCode(200)
  @Allow('operator')
  @Answers(ReplayAnswer)
  replay(@CurrentActor() actor: Actor, @Body({ schema: ReplayInput }) input: ReplayInput) {
    return this.rejects.replay(actor.projectId, input);
  }

  @Post('replay-matching')
  @HttpCode(200)
  @Allow('operator')
  @Answers(ReplayAnswer, 'Those that the filter lets through, 5,000 at most')
  replayMatching(@CurrentActor() actor: Actor, @Body({ schema: ReplayMatchingInput }) input: ReplayMatchingInput) {
    return this.rejects.replayMatching(actor.projectId, input);
  }

  @Post(':id/mend')
  @HttpCode(200)
  @Allow('operator')
  @Answers(ReplayAnswer, 'The event as it is in the body takes the place of the one that came')
  mend(@CurrentActor() actor: Actor, @Param('id') id: string, @Body({ schema: MendInput }) { body }: MendInput) {
    return this.rejects.mend(actor.projectId, id, body);
  }
}
