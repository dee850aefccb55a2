import { Controller, type MessageEvent, Query, Sse } from '@nestjs/common';
import { LiveCalls, LiveFilter } from '@pelton/contract';
import { map, type Observable } from 'rxjs';
import { type Actor, Allow, Answers, CurrentActor } from '../../common/allow.js';
import { ApiTags } from '../../common/described.js';
import { followed } from '../../common/followed.js';
import { LiveService } from './live.service.js';

@ApiTags('collect')
@Controller('api/live')
export class LiveController {
  constructor(private readonly live: LiveService) {}

  @Sse()
  @Allow('viewer')
  @Answers(LiveCalls, 'Server-sent events `calls`: what came in the last minutes, then what comes')
  follow(@CurrentActor() actor: Actor, @Query({ schema: LiveFilter }) filter: LiveFilter): Observable<MessageEvent> {
    return followed((left) => this.live.follow(actor.projectId, filter, left)).pipe(
      map((data) => ({ type: 'calls', data })),
    );
  }
}
