import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common';
import { Key, KeyChange, KeyInput } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { KeysService } from './keys.service.js';

@ApiTags('keys')
@Controller('api/keys')
export class KeysController {
  constructor(private readonly keys: KeysService) {}

  @Get()
  @Allow('admin')
  @Answers(z.array(Key))
  list(@CurrentActor() actor: Actor) {
    return this.keys.list(actor.projectId);
  }

  @Post()
  @Allow('admin')
  @Answers(z.object({ key: Key, secret: z.string() }), 'The secret is shown once')
  create(@CurrentActor() actor: Actor, @Body({ schema: KeyInput }) input: KeyInput) {
    return this.keys.create(actor.projectId, input);
  }

  @Put(':id')
  @Allow('admin')
  @Answers(Key, 'What the key may do does not change')
  change(@CurrentActor() actor: Actor, @Param('id') id: string, @Body({ schema: KeyChange }) change: KeyChange) {
    return this.keys.change(actor.projectId, id, change);
  }

  @Delete(':id')
  @Allow('admin')
  remove(@CurrentActor() actor: Actor, @Param('id') id: string) {
    return this.keys.remove(actor.projectId, id);
  }
}
