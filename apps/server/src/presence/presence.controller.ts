import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { PresenceBeat, Present } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { PresenceService } from './presence.service.js';

@ApiTags('pipelines')
@Controller('api/pipelines/:name/presence')
export class PresenceController {
  constructor(private readonly presence: PresenceService) {}

  @Post()
  @HttpCode(200)
  @Allow('viewer')
  @Answers(z.array(Present), 'The other members who have it open')
  beat(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: PresenceBeat }) { page }: PresenceBeat,
  ) {
    return this.presence.beat(actor, name, page);
  }

  /** A POST, because a page that closes can send nothing else. */
  @Post('end')
  @HttpCode(204)
  @Allow('viewer')
  leave(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: PresenceBeat }) { page }: PresenceBeat,
  ) {
    return this.presence.leave(actor, name, page);
  }
}
