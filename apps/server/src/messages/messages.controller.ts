import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Delivery, DeliveryCounts, Message, MessageInput, MessagePreview } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { MessagesService } from './messages.service.js';

const PreviewInput = MessageInput.pick({ connection: true, content: true }).extend({ userId: z.string().optional() });

@ApiTags('messages')
@Controller('api/messages')
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Message.extend({ counts: DeliveryCounts })))
  list(@CurrentActor() actor: Actor) {
    return this.messages.list(actor.projectId);
  }

  @Post()
  @Allow('operator')
  @Answers(Message)
  create(@CurrentActor() actor: Actor, @Body({ schema: MessageInput }) input: MessageInput) {
    return this.messages.create(actor, input);
  }

  @Post('preview')
  @Allow('operator')
  @Answers(MessagePreview)
  preview(@CurrentActor() actor: Actor, @Body({ schema: PreviewInput }) input: z.infer<typeof PreviewInput>) {
    return this.messages.preview(actor.projectId, input, input.userId);
  }

  @Get(':name')
  @Allow('viewer')
  @Answers(Message)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.messages.find(actor.projectId, name);
  }

  @Put(':name')
  @Allow('operator')
  @Answers(Message)
  update(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body({ schema: MessageInput }) input: MessageInput,
  ) {
    return this.messages.update(actor, name, input);
  }

  @Delete(':name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.messages.remove(actor.projectId, name);
  }

  @Get(':name/counts')
  @Allow('viewer')
  @Answers(DeliveryCounts)
  counts(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.messages.counts(actor.projectId, name);
  }

  @Get(':name/deliveries')
  @Allow('viewer')
  @Answers(z.array(Delivery))
  deliveries(@CurrentActor() actor: Actor, @Param('name') name: string, @Query({ schema: Page }) page: Page) {
    return this.messages.deliveries(actor.projectId, name, page);
  }
}
