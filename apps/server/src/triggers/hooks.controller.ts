import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { HookAnswer } from '@pelton/contract';
import { Answers, Public } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Repeatable, WriteId } from '../writes/repeatable.js';
import { HooksService } from './hooks.service.js';

@ApiTags('triggers')
@Controller('hooks')
export class HooksController {
  constructor(private readonly hooks: HooksService) {}

  /** Whoever knows the address may call it: it is a secret of 256 bits. */
  @Post(':token')
  @HttpCode(202)
  @Public()
  @Repeatable()
  @Answers(HookAnswer, 'The rows and the run are durable')
  take(@Param('token') token: string, @Body() body: unknown, @WriteId() runId: string) {
    return this.hooks.take(token, body, runId);
  }
}
