import { Controller, Get } from '@nestjs/common';
import { ContributionSpec, Plugin } from '@pelton/contract';
import { z } from 'zod';
import { Allow, Answers } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { PluginsService } from './plugins.service.js';

@ApiTags('plugins')
@Controller('api/plugins')
export class PluginsController {
  constructor(private readonly plugins: PluginsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Plugin))
  list() {
    return this.plugins.list();
  }

  @Get('contributions')
  @Allow('viewer')
  @Answers(z.array(ContributionSpec), 'What forms are drawn from')
  contributions() {
    return (['connector', 'metric', 'tagging', 'experiment', 'channel'] as const).flatMap((kind) =>
      this.plugins.all(kind).map((item) => item.spec),
    );
  }
}
