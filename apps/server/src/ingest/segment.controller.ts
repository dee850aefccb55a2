import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { AppError, TrackingAnswer } from '@pelton/contract';
import type { Request } from 'express';
import { z } from 'zod';
import { type Actor, AllowKey, Answers, CurrentActor } from '../common/allow.js';
import { IngestService } from './ingest.service.js';
import { readSegment, SEGMENT_CALLS } from './protocols/segment.js';
import { senderOf } from './sender.js';

/** Segment's HTTP tracking API, as its clients and those of RudderStack and Customer.io call it. */
@ApiTags('collect')
@Controller('v1')
export class SegmentController {
  constructor(private readonly ingest: IngestService) {}

  @Post(Object.keys(SEGMENT_CALLS))
  @HttpCode(200)
  @AllowKey('write')
  @Answers(TrackingAnswer, 'What is not named in `rejected` is stored durably')
  take(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown): Promise<TrackingAnswer> {
    const name = request.path.replace(/\/+$/, '').split('/').at(-1) ?? '';
    const kind = SEGMENT_CALLS[name];
    if (!kind) throw new AppError('NOT_FOUND', { noun: 'call', name });
    return this.ingest.take(senderOf(actor, request), readSegment(body, kind));
  }

  /** What analytics-next asks for before it sends: which destinations there are. There is one, and it is this server. */
  @Get('projects/:key/settings')
  @AllowKey('write')
  @Answers(z.object({ integrations: z.record(z.string(), z.json()) }))
  settings(@Param('key') key: string) {
    return {
      integrations: { 'Segment.io': { apiKey: key, unbundledIntegrations: [], addBundledMetadata: true } },
      plan: { track: { __default: { enabled: true } }, identify: { __default: { enabled: true } } },
      middlewareSettings: {},
      enabledMiddleware: {},
      remotePlugins: [],
    };
  }
}
