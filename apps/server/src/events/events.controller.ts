import { Controller, Get, Query } from '@nestjs/common';
import { Event, EventName, PropertyName } from '@pelton/contract';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { Page } from '../common/page.js';
import { EventsService } from './events.service.js';

const EventPage = Page.omit({ search: true }).extend({
  event: z.string().default(''),
  userId: z.string().default(''),
  source: z.string().default(''),
});
const ByEvent = z.object({ event: z.string().default('') });

@ApiTags('events')
@Controller()
export class EventsController {
  constructor(private readonly events: EventsService) {}

  @Get('api/events')
  @Allow('viewer')
  @Answers(z.array(Event), 'Newest first')
  list(@CurrentActor() actor: Actor, @Query({ schema: EventPage }) page: z.infer<typeof EventPage>) {
    return this.events.list(actor.projectId, page);
  }

  @Get('api/events/names')
  @Allow('viewer')
  @Answers(z.array(EventName))
  names(@CurrentActor() actor: Actor) {
    return this.events.names(actor.projectId);
  }

  @Get('api/events/properties')
  @Allow('viewer')
  @Answers(z.array(PropertyName))
  properties(@CurrentActor() actor: Actor, @Query({ schema: ByEvent }) { event }: z.infer<typeof ByEvent>) {
    return this.events.properties(actor.projectId, event);
  }
}
