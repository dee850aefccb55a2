import { Body, Controller, Get, HttpCode, Param, Post, Put } from '@nestjs/common';
import { HookAddress, TriggerStatus, TriggerSwitch } from '@pelton/contract';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { TriggersService } from './triggers.service.js';

@ApiTags('triggers')
@Controller('api/pipelines/:name')
export class TriggersController {
  constructor(private readonly triggers: TriggersService) {}

  @Put('trigger')
  @Allow('operator')
  @Answers(TriggerStatus, 'Rests or goes on; what would have started it meanwhile is past')
  setPaused(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: TriggerSwitch }) { isPaused }: TriggerSwitch,
  ) {
    return this.triggers.setPaused(actor.projectId, name, isPaused);
  }

  @Get('hook')
  @Allow('operator')
  @Answers(HookAddress, 'The secret address, when there is one')
  hook(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.triggers.hook(actor.projectId, name);
  }

  @Post('hook')
  @HttpCode(200)
  @Allow('operator')
  @Answers(HookAddress, 'A new secret address; the one before is not known any more')
  renewHook(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.triggers.renewHook(actor.projectId, name);
  }
}
