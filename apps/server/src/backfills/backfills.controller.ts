import { Body, Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { Backfill, BackfillInput, BackfillSummary } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { BackfillsService } from './backfills.service.js';

@ApiTags('backfills')
@Controller('api/pipelines/:name/backfills')
export class BackfillsController {
  constructor(private readonly backfills: BackfillsService) {}

  @Post()
  @Allow('operator')
  @Answers(Backfill, 'One run for each period of the past, as of its end')
  start(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: BackfillInput }) input: BackfillInput,
  ) {
    return this.backfills.start(actor, name, input);
  }

  @Get()
  @Allow('viewer')
  @Answers(z.array(BackfillSummary), 'The newest first')
  list(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.backfills.list(actor.projectId, name);
  }

  @Get(':id')
  @Allow('viewer')
  @Answers(Backfill)
  find(@CurrentActor() actor: Actor, @Param('name') name: string, @Param('id') id: string) {
    return this.backfills.find(actor.projectId, name, id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @Allow('operator')
  @Answers(Backfill, 'Starts no more runs, and cancels those that go on')
  cancel(@CurrentActor() actor: Actor, @Param('name') name: string, @Param('id') id: string) {
    return this.backfills.cancel(actor.projectId, name, id);
  }
}
