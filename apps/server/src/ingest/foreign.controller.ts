import { Body, Controller, Get, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import { TrackingAnswer } from '@pelton/contract';
import type { Request } from 'express';
import { type Actor, AllowKey, Answers, CurrentActor } from '../common/allow.js';
import { newId } from '../common/ids.js';
import { IngestService } from './ingest.service.js';
import { readCloudEvents } from './protocols/cloudevents.js';
import { readJitsu } from './protocols/jitsu.js';
import { readPostHog } from './protocols/posthog.js';
import { senderOf } from './sender.js';

/** The addresses of other clients; each body becomes Segment's calls, and from there the way is one. */
@ApiTags('collect')
@Controller()
export class ForeignController {
  constructor(private readonly ingest: IngestService) {}

  @Post('v1/cloudevents')
  @HttpCode(200)
  @AllowKey('write')
  @Answers(TrackingAnswer, 'CloudEvents 1.0: binary, structured or a batch')
  cloudEvents(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown) {
    return this.ingest.take(senderOf(actor, request), readCloudEvents(body, request.headers));
  }

  @Post('api/s/:call')
  @HttpCode(200)
  @AllowKey('write')
  @Answers(TrackingAnswer, 'Jitsu: identify, track, page, group, alias, event')
  async jitsu(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('call') call: string,
    @Body() body: unknown,
  ) {
    return { ok: true, ...(await this.ingest.take(senderOf(actor, request), readJitsu(body, call))) };
  }

  @Post(['batch', 'e', 'i/v0/e', 'capture', 'track'])
  @HttpCode(200)
  @AllowKey('write')
  @Answers(TrackingAnswer, 'PostHog: an event, a list or a batch, plain or gzip')
  async postHog(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown) {
    return { status: 1, ...(await this.ingest.take(senderOf(actor, request), readPostHog(body))) };
  }

  /** PostHog's clients ask for flags and settings first; there are none here, and that is said in the words they know. */
  @Post(['flags', 'decide'])
  @HttpCode(200)
  @ApiExcludeEndpoint()
  @AllowKey('write')
  flags() {
    return {
      flags: {},
      featureFlags: {},
      featureFlagPayloads: {},
      errorsWhileComputingFlags: false,
      requestId: newId(),
      ...NOTHING_ELSE,
    };
  }

  @Get('array/:key/config')
  @ApiExcludeEndpoint()
  @AllowKey('write')
  config() {
    return { hasFeatureFlags: false, ...NOTHING_ELSE };
  }
}

const NOTHING_ELSE = {
  supportedCompression: ['gzip', 'gzip-js'],
  sessionRecording: false,
  surveys: false,
  heatmaps: false,
  capturePerformance: false,
  autocapture_opt_out: true,
  toolbarParams: {},
  isAuthenticated: false,
  siteApps: [],
};
