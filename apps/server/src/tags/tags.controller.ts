import { Body, Controller, Delete, Get, Param, Post, Put, Query } from '@nestjs/common';
import { Instant, Tag, TagInput, TagMembers, TagPreview } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { TagsService } from './tags.service.js';

const PreviewInput = TagInput.pick({ template: true, params: true }).extend({ asOf: Instant.optional() });

@ApiTags('tags')
@Controller('api/tags')
export class TagsController {
  constructor(private readonly tags: TagsService) {}

  @Get()
  @Allow('viewer')
  @Answers(z.array(Tag))
  list(@CurrentActor() actor: Actor) {
    return this.tags.list(actor.projectId);
  }

  @Post()
  @Allow('operator')
  @Answers(Tag)
  create(@CurrentActor() actor: Actor, @Body({ schema: TagInput }) input: TagInput) {
    return this.tags.create(actor, input);
  }

  @Post('preview')
  @Allow('operator')
  @Answers(TagPreview, 'How many people a rule finds now, without saving it')
  preview(@CurrentActor() actor: Actor, @Body({ schema: PreviewInput }) input: z.infer<typeof PreviewInput>) {
    return this.tags.preview(actor.projectId, input, input.asOf ?? new Date().toISOString());
  }

  @Get(':name')
  @Allow('viewer')
  @Answers(Tag)
  find(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.tags.find(actor.projectId, name);
  }

  @Put(':name')
  @Allow('operator')
  @Answers(Tag)
  update(@CurrentActor() actor: Actor, @Param('name') name: string, @Body({ schema: TagInput }) input: TagInput) {
    return this.tags.update(actor, name, input);
  }

  @Delete(':name')
  @Allow('operator')
  remove(@CurrentActor() actor: Actor, @Param('name') name: string) {
    return this.tags.remove(actor.projectId, name);
  }

  @Get(':name/members')
  @Allow('viewer')
  @Answers(TagMembers)
  members(@CurrentActor() actor: Actor, @Param('name') name: string, @Query({ schema: Page }) page: Page) {
    return this.tags.members(actor.projectId, name, page);
  }
}
