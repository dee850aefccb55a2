import { Body, Controller, Get, HttpCode, Param, Post, Query, Sse, type MessageEvent } from '@nestjs/common';
import { Run, RunInput, RunSummary, Sample } from '@pelton/contract';
import type { Observable } from 'rxjs';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { followed } from '../common/followed.js';
import { Page } from '../common/page.js';
import { Repeatable, WriteId } from '../writes/repeatable.js';
import { followRun } from './follow-run.js';
import { RunsService } from './runs.service.js';

const RunPage = Page.omit({ search: true }).extend({ pipeline: z.string().optional() });

@ApiTags('runs')
@Controller('api')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Post('pipelines/:name/runs')
  @Repeatable()
  @Allow('operator')
  @Answers(Run)
  start(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: RunInput }) input: RunInput,
    @WriteId() id: string,
  ) {
    return this.runs.launch(actor, { pipeline: name, id, cause: { kind: 'manual' }, ...input });
  }

  @Get('runs')
  @Allow('viewer')
  @Answers(z.array(RunSummary), 'Newest first')
  list(@CurrentActor() actor: Actor, @Query({ schema: RunPage }) page: z.infer<typeof RunPage>) {
    return this.runs.list(actor.projectId, page);
  }

  @Get('runs/:id')
  @Allow('viewer')
  @Answers(Run)
  find(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.find(actor.projectId, id);
  }

  @Sse('runs/:id/changes')
  @Allow('viewer')
  changes(@CurrentActor() actor: Actor, @Param('id') id: string): Observable<MessageEvent> {
    return followed((left) => followRun(() => this.runs.find(actor.projectId, id), left));
  }

  @Post('runs/:id/cancel')
  @Allow('operator')
  @Answers(Run)
  cancel(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.cancel(actor.projectId, id);
  }

  @Post('runs/:id/pause')
  @Allow('operator')
  @Answers(Run, 'Starts no more steps')
  pause(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.pause(actor.projectId, id);
  }

  @Post('runs/:id/resume')
  @Allow('operator')
  @Answers(Run)
  resume(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.resume(actor.projectId, id);
  }

  @Post('runs/:id/retry')
  @Allow('operator')
  @Answers(Run, 'Goes on from the failed steps')
  retry(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.retry(actor.projectId, id);
  }

  @Post('runs/:id/counts')
  @HttpCode(200)
  @Allow('viewer')
  @Answers(Run, 'With the rows of steps that were read through, counted and sampled now')
  count(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.countRows(actor.projectId, id);
  }

  @Get('runs/:id/steps/:step/samples')
  @Allow('viewer')
  @Answers(z.array(Sample))
  samples(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('step') step: string) {
    return this.runs.samples(actor.projectId, id, step);
  }
}
