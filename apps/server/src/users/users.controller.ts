import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { IdentityPair, PropertyName, UserPortrait, UserSummary } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Controller('api/users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.object({ total: z.number(), users: z.array(UserSummary) }))
  list(@CurrentActor() actor: Actor, @Query({ schema: Page }) page: Page) {
    return this.users.list(actor.projectId, page);
  }

  @Get('traits')
  @Allow('viewer')
  @Answers(z.array(PropertyName))
  traits(@CurrentActor() actor: Actor) {
    return this.users.traits(actor.projectId);
  }

  @Get('portrait/:userId')
  @Allow('viewer')
  @Answers(UserPortrait)
  portrait(@CurrentActor() actor: Actor, @Param('userId') userId: string) {
    return this.users.portrait(actor.projectId, userId);
  }

  @Post('identities/join')
  @HttpCode(204)
  @Allow('operator')
  join(@CurrentActor() actor: Actor, @Body({ schema: IdentityPair }) pair: IdentityPair) {
    return this.users.join(actor.projectId, pair);
  }

  @Post('identities/split')
  @HttpCode(204)
  @Allow('operator')
  split(@CurrentActor() actor: Actor, @Body({ schema: IdentityPair }) pair: IdentityPair) {
    return this.users.split(actor.projectId, pair);
  }
}
