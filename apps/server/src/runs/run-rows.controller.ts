import { Controller, Get, Param, Query, Sse, type MessageEvent } from '@nestjs/common';
import { isAppError, ValueCount } from '@pelton/contract';
import { Observable } from 'rxjs';
import { z } from 'zod';
import { type Actor, Allow, Answers, CurrentActor } from '../common/allow.js';
import { ApiTags } from '../common/described.js';
import { RunRows } from './run-rows.service.js';

const OfPort = z.object({ port: z.string().default('rows') });
const OfColumn = OfPort.extend({ column: z.string().min(1), search: z.string().max(200).default('') });

/** The rows of a step of a run, beyond the first few that are kept with it. */
@ApiTags('runs')
@Controller('api/runs/:id/steps/:step')
export class RunRowsController {
  constructor(private readonly rows: RunRows) {}

  /** Sends `profile` as columns get done, then `end`; or `problem`. The work stops when nobody listens any more. */
  @Sse('profile')
  @Allow('viewer')
  profile(
    @CurrentActor() { projectId }: Actor,
    @Param('id') id: string,
    @Param('step') step: string,
    @Query({ schema: OfPort }) { port }: z.infer<typeof OfPort>,
  ): Observable<MessageEvent> {
    return new Observable((listener) => {
      const controller = new AbortController();
      const send = async () => {
        for await (const profile of this.rows.profile(projectId, id, { step, port }, controller.signal))
          listener.next({ type: 'profile', data: profile });
        listener.next({ type: 'end', data: {} });
        listener.complete();
      };
      send().catch((error: unknown) => {
        if (controller.signal.aborted) return;
        if (!isAppError(error)) return listener.error(error);
        listener.next({ type: 'problem', data: { code: error.code, message: error.message, facts: error.facts } });
        listener.complete();
      });
      return () => controller.abort();
    });
  }

  @Get('values')
  @Allow('viewer')
  @Answers(z.array(ValueCount), 'Most frequent first')
  values(
    @CurrentActor() { projectId }: Actor,
    @Param('id') id: string,
    @Param('step') step: string,
    @Query({ schema: OfColumn }) of: z.infer<typeof OfColumn>,
  ) {
    return this.rows.values(projectId, id, { step, ...of });
  }
}
