import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Req } from '@nestjs/common';
import { AppError, TrackingAnswer, Webhook, WebhookInput } from '@pelton/contract';
import type { Request } from 'express';
import { z } from 'zod';
import { type Actor, Allow, AllowKey, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Repeatable } from '../writes/repeatable.js';
import { IngestService } from './ingest.service.js';
import { readWebhook } from './protocols/webhook.js';
import { senderOf } from './sender.js';
import { WebhooksService } from './webhooks.service.js';

@ApiTags('collect')
@Controller()
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    private readonly ingest: IngestService,
  ) {}

  @Get('api/webhooks')
  @Allow('viewer')
  @Answers(z.array(Webhook))
  list(@CurrentActor() actor: Actor) {
    return this.webhooks.list(actor.projectId);
  }

  @Put('api/webhooks/:name')
  @Allow('operator')
  @Answers(Webhook, 'Made, or changed')
  put(@CurrentActor() actor: Actor, @Param('name') name: string, @Body({ schema: WebhookInput }) input: WebhookInput) {
    if (input.name !== name)
      throw new AppError('BAD_INPUT', { issues: [{ path: 'name', message: `Give the name of the address, ${name}` }] });
    return this.webhooks.put(actor.projectId, input);
  }

  @Delete('api/webhooks/:name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.webhooks.remove(actor.projectId, name);
  }

  @Post('v1/webhook/:name')
  @HttpCode(200)
  @Repeatable()
  @AllowKey('write')
  @Answers(TrackingAnswer, 'What is not named in `rejected` is stored durably')
  async take(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('name') name: string,
    @Body() body: unknown,
  ) {
    const webhook = await this.webhooks.get(actor.projectId, name);
    return this.ingest.take(senderOf(actor, request), readWebhook(body, webhook));
  }
}
