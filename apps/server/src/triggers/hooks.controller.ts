import { Body, Controller, Headers, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HookAnswer } from '@pelton/contract';
import { Answers, Public } from '../common/allow.js';
import { HooksService } from './hooks.service.js';

@ApiTags('triggers')
@Controller('hooks')
export class HooksController {
  constructor(private readonly hooks: HooksService) {}

  /** Whoever knows the address may call it: it is a secret of 256 bits. */
  @Post(':token')
  @HttpCode(202)
  @Public()
  @Answers(HookAnswer, 'The rows and the run are durable. `Idempotency-Key` makes a call that is sent again harmless')
  take(@Param('token') token: string, @Body() body: unknown, @Headers('idempotency-key') once: string | undefined) {
    return this.hooks.take(token, body, once?.slice(0, 200));
  }
}
