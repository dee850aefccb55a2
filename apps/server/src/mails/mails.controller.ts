import { Controller, Get, Param, Query } from '@nestjs/common';
import { CaughtMail, CaughtMailBody } from '@pelton/contract';
import { z } from 'zod';
import { Allow, Answers } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { MailCatcher } from './mail-catcher.service.js';

@ApiTags('mails')
@Controller('api/mails')
export class MailsController {
  constructor(private readonly catcher: MailCatcher) {}

  @Get()
  @Allow('operator')
  @Answers(
    z.object({ port: z.number().nullable(), mails: z.array(CaughtMail) }),
    'What the development catcher received; port is null when it is off',
  )
  async list(@Query({ schema: Page }) page: Page) {
    return { port: this.catcher.port() ?? null, mails: await this.catcher.list(page) };
  }

  @Get(':id')
  @Allow('operator')
  @Answers(CaughtMailBody)
  find(@Param('id') id: string) {
    return this.catcher.find(id);
  }
}
