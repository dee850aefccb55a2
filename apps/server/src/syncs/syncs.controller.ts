import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query } from '@nestjs/common';
import { Sync, SyncInput, SyncRun, SyncRunDetail, SyncRunInput } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { SyncRunsService } from './sync-runs.service.js';
import { SyncsService } from './syncs.service.js';

const Filter = z.object({ connection: z.string().optional() });

@ApiTags('syncs')
@Controller('api')
export class SyncsController {
  constructor(
    private readonly syncs: SyncsService,
    private readonly runs: SyncRunsService,
  ) {}

  @Get('syncs')
  @Allow('viewer')
  @Answers(z.array(Sync))
  list(@CurrentActor() actor: Actor, @Query({ schema: Filter }) { connection }: z.infer<typeof Filter>) {
    return this.syncs.list(actor.projectId, connection);
  }

  @Post('syncs')
  @Allow('developer')
  @Answers(Sync)
  create(@CurrentActor() actor: Actor, @Body({ schema: SyncInput }) input: SyncInput) {
    return this.syncs.create(actor.projectId, input);
  }

  @Get('syncs/:name')
  @Allow('viewer')
  @Answers(Sync)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.syncs.find(actor.projectId, name);
  }

  @Put('syncs/:name')
  @Allow('developer')
  @Answers(Sync)
  update(@CurrentActor() actor: Actor, @Param('name') name: string, @Body({ schema: SyncInput }) input: SyncInput) {
    return this.syncs.update(actor.projectId, name, input);
  }

  @Delete('syncs/:name')
  @Allow('developer')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.syncs.remove(actor.projectId, name);
  }

  @Post('syncs/:name/accept-columns')
  @Allow('developer')
  @Answers(Sync, 'The next run changes the dataset to the columns that the stream has then')
  acceptSchema(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.syncs.acceptSchema(actor.projectId, name);
  }

  @Get('syncs/:name/runs')
  @Allow('viewer')
  @Answers(z.array(SyncRun), 'The latest first')
  async history(@CurrentActor() actor: Actor, @Param('name') name: string, @Query({ schema: Page }) page: Page) {
    return this.runs.list(await this.syncs.load(actor.projectId, name), page);
  }

  @Post('syncs/:name/runs')
  @Allow('operator')
  @Answers(SyncRun)
  async run(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: SyncRunInput }) input: SyncRunInput,
  ) {
    return this.runs.start(await this.syncs.load(actor.projectId, name), actor.name, input);
  }

  @Get('sync-runs/:id')
  @Allow('viewer')
  @Answers(SyncRunDetail)
  findRun(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.find(actor.projectId, id);
  }

  @Post('sync-runs/:id/cancel')
  @HttpCode(200)
  @Allow('operator')
  @Answers(SyncRunDetail)
  cancel(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.runs.cancel(actor.projectId, id);
  }
}
