import { phrase, phraseOf, toJsonSchema } from '@pelton/contract';
import { instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import { Days, isOpen, nextOpening, type OpenHours, TimeOfDay } from '../journeys/due-time.js';
import type { WaitingService } from '../journeys/waiting.service.js';
import { inputOf } from './columns.js';
import type { ActionKind, StepContext, StepOutcome } from './step-kind.js';

const Params = z.object({
  from: TimeOfDay.default('09:00').meta({ title: 'From' }),
  to: TimeOfDay.default('18:00').meta({ title: 'Until', description: 'Before the first time, it is on the day after' }),
  days: Days.default('Monday to Friday').meta({ title: 'On' }),
  timezone: z
    .string()
    .default('')
    .meta({ title: 'Time zone', description: 'The project’s when empty', ui: { widget: 'timezone', advanced: true } }),
});
type Params = z.infer<typeof Params>;

const USERS = [{ name: 'users', title: 'Users' }];

/** Users pass within certain hours; outside them they wait until these begin. A draft run lets them through. */
export function timeWindowStep(waiting: Pick<WaitingService, 'enter'>): ActionKind<Params> {
  return {
    kind: 'action',
    // They may have been let go on late, when the hours are over again.
    release: 'decides-again',
    type: {
      uses: 'core/time-window',
      title: 'Time window',
      description: 'Users pass within certain hours; outside them they wait until these begin',
      layer: 'control',
      role: 'control',
      icon: 'clock-hour-4',
      params: toJsonSchema(Params),
      inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: false }],
      outputs: USERS,
    },
    params: Params,
    summary: ({ from, to, days }) => phrase`${from} to ${to}, ${phraseOf(days)}`,
    outputs: () => USERS,

    async columns({ inputs }) {
      return { users: inputOf(inputs, 'users').columns };
    },

    async run(context): Promise<StepOutcome> {
      const { inputs, project, pipeline, version, stepId, runId, asOf, signal, isDraft } = context;
      const users = inputOf(inputs, 'users');
      const hours = hoursOf(context);
      const now = new Date(asOf);
      if (isDraft || version === undefined || isOpen(hours, now)) {
        const { count } = await project.admin.row<{ count: number }>(sql`SELECT count() AS count FROM (${users.sql})`);
        return { outputs: { users }, rows: { users: count } };
      }
      const dueAt = sql`${instant(nextOpening(hours, now).toISOString())}`;
      const entry = { pipeline, version, stepId, runId, enteredAt: asOf, users, dueAt };
      await context.confirm();
      const count = await waiting.enter(project, entry, signal);
      return { outputs: {}, rows: {}, waiting: count, foot: `${count} waiting` };
    },
  };
}

function hoursOf({ params: { from, to, days, timezone }, timezone: ofProject }: StepContext<Params>): OpenHours {
  return { from, to, days, timezone: timezone || ofProject };
}
