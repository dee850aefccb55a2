import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { Item, ItemPage, ItemType, ItemTypeInput, ItemTypeName, RelatedName } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { ItemsService } from './items.service.js';
import { ItemTypesService } from './item-types.service.js';

@ApiTags('items')
@Controller('api/items')
export class ItemsController {
  constructor(
    private readonly items: ItemsService,
    private readonly types: ItemTypesService,
  ) {}

  @Get('types')
  @Allow('viewer')
  @Answers(z.array(ItemType), 'Types that the data has or that were described; those with members are groups')
  listTypes(@CurrentActor() actor: Actor) {
    return this.types.list(actor.projectId);
  }

  @Put('types/:type')
  @Allow('operator')
  @Answers(ItemType)
  describeType(
    @CurrentActor() actor: Actor,
    @Param('type', { schema: ItemTypeName }) type: string,
    @Body({ schema: ItemTypeInput }) input: ItemTypeInput,
  ) {
    return this.types.describe(actor.projectId, type, input);
  }

  @Delete('types/:type')
  @HttpCode(204)
  @Allow('operator')
  forgetType(@CurrentActor() actor: Actor, @Param('type') type: string) {
    return this.types.forget(actor.projectId, type);
  }

  @Get('fields')
  @Allow('viewer')
  @Answers(z.array(RelatedName), 'Values of users and items that conditions and breakdowns of events may name')
  fields(@CurrentActor() actor: Actor) {
    return this.items.fields(actor.projectId);
  }

  @Get(':type')
  @Allow('viewer')
  @Answers(ItemPage, 'Latest change first')
  list(@CurrentActor() actor: Actor, @Param('type') type: string, @Query({ schema: Page }) page: Page) {
    return this.items.list(actor.projectId, type, page);
  }

  @Get(':type/:itemId')
  @Allow('viewer')
  @Answers(Item)
  find(@CurrentActor() actor: Actor, @Param('type') type: string, @Param('itemId') itemId: string) {
    return this.items.find(actor.projectId, type, itemId);
  }
}
