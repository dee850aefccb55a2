import { Controller, Get, HttpCode, Param, Post } from '@nestjs/common';
import { z } from 'zod';
import { AllowKey, Answers } from '../common/allow.js';
import { ApiExcludeEndpoint, ApiTags } from '../common/described.js';
import { newId } from '../common/ids.js';

/** What clients ask for before they send. */
@ApiTags('collect')
@Controller()
export class ClientSettingsController {
  /** analytics-next asks which destinations there are. There is one, and it is this server. */
  @Get('v1/projects/:key/settings')
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

  /** PostHog's clients ask for flags and settings; there are none here, and that is said in the words they know. */
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
