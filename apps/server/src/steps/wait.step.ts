import {
  AppError,
  Condition,
  type OutputPort,
  type Phrase,
  phrase,
  phraseOf,
  type Sql,
  toJsonSchema,
} from '@pelton/contract';
import { compileCondition, conditionPhrase, instant, sql } from '@pelton/sdk';
import { z } from 'zod';
import { ofTheEvent } from '../events/of-the-event.js';
import { after, Days, localInstant, nextTimeOfDay, TimeOfDay, Unit } from '../journeys/due-time.js';
import type { Entry } from '../journeys/waiting.queries.js';
import type { WaitingService } from '../journeys/waiting.service.js';
import { conditionAt } from './at-field.js';
import { columnAt, inputOf } from './columns.js';
import { asMoment, asTime } from './row-values.js';
import type { ActionKind, StepContext, StepOutcome } from './step-kind.js';

const Until = z.enum([
  'for a time',
  'until a time of day',
  'until a date',
  'until a time in a column',
  'until an event',
]);

const Params = z
  .object({
    until: Until.default('for a time').meta({ title: 'Wait' }),
    event: z
      .string()
      .default('')
      .meta({ title: 'Event', ui: { widget: 'event', needed: true, when: { until: ['until an event'] } } }),
    condition: Condition.optional().meta({
      title: 'Only when',
      description: 'What the event has to be like; without rules, any will do',
      ui: { widget: 'condition', of: 'event:event', when: { until: ['until an event'] } },
    }),
    amount: z
      .number()
      .int()
      .min(1)
      .max(1000)
      .default(1)
      .meta({ title: 'How long', ui: { when: { until: ['for a time', 'until an event'] } } }),
    unit: Unit.default('days').meta({ title: 'Unit', ui: { when: { until: ['for a time', 'until an event'] } } }),
    time: TimeOfDay.default('09:00').meta({ title: 'Time', ui: { when: { until: ['until a time of day'] } } }),
    days: Days.default('every day').meta({ title: 'On', ui: { when: { until: ['until a time of day'] } } }),
    date: z
      .string()
      .default('')
      .meta({
        title: 'Date and time',
        ui: { placeholder: '2026-12-24 09:00', needed: true, when: { until: ['until a date'] } },
      }),
    column: z
      .string()
      .default('')
      .meta({
        title: 'Column',
        ui: { widget: 'column', of: 'users', needed: true, when: { until: ['until a time in a column'] } },
      }),
    timezone: z
      .string()
      .default('')
      .meta({
        title: 'Time zone',
        description: 'The project’s when empty',
        ui: {
          widget: 'timezone',
          advanced: true,
          when: { until: ['until a time of day', 'until a date', 'until a time in a column'] },
        },
      }),
    key: z
      .string()
      .default('')
      .meta({
        title: 'Once for each',
        description:
          'A user who waits here already does not begin again; with a column such as order_id, once for each of its values',
        ui: { widget: 'column', of: 'users', advanced: true },
      }),
  })
  .refine(({ until, event }) => until !== 'until an event' || event !== '', {
    path: ['event'],
    message: 'Choose an event',
  })
  .refine(({ until, column }) => until !== 'until a time in a column' || column !== '', {
    path: ['column'],
    message: 'Choose a column',
  });
type Params = z.infer<typeof Params>;

const USERS: OutputPort[] = [{ name: 'users', title: 'Users' }];
const EVENT_PORTS: OutputPort[] = [
  { name: 'happened', title: 'Happened' },
  { name: 'timeout', title: 'Timeout' },
];

/** Users stay here until a time or an event, and go on in a run of their own. A draft run lets them through at once. */
export function waitStep(waiting: Pick<WaitingService, 'enter'>): ActionKind<Params> {
  return {
    kind: 'action',
    release: 'passes',
    type: {
      uses: 'core/wait',
      title: 'Wait',
      description: 'Users stay here until a time or an event, then go on in a run of their own',
      layer: 'control',
      role: 'control',
      icon: 'hourglass',
      params: toJsonSchema(Params),
      inputs: [{ name: 'users', title: 'Users', needs: [{ name: 'user_id', family: 'text' }], optional: false }],
    },
    params: Params,
    summary,
    outputs: (params) => portsOf(params),

    async columns(context) {
      const users = inputOf(context.inputs, 'users');
      dueAt(context);
      checkCondition(context);
      if (context.params.key) columnAt(users, context.params.key, 'key');
      return Object.fromEntries(portsOf(context.params).map(({ name }) => [name, users.columns]));
    },

    async run(context): Promise<StepOutcome> {
      const { params, inputs, project, pipeline, version, stepId, runId, asOf, signal, isDraft } = context;
      const users = inputOf(inputs, 'users');
      const [first = { name: 'users' }, ...others] = portsOf(params);
      const due = dueAt(context);
      if (isDraft || version === undefined) {
        const { count } = await project.admin.row<{ count: number }>(sql`SELECT count() AS count FROM (${users.sql})`);
        const none = { ...users, sql: sql`SELECT * FROM (${users.sql}) WHERE false` };
        return {
          outputs: { [first.name]: users, ...Object.fromEntries(others.map(({ name }) => [name, none])) },
          rows: { [first.name]: count, ...Object.fromEntries(others.map(({ name }) => [name, 0])) },
          foot: `${count} would wait`,
        };
      }
      const entry = {
        pipeline,
        version,
        stepId,
        runId,
        enteredAt: asOf,
        users,
        dueAt: due,
        key: params.key,
        ...awaitedBy(params),
      };
      await context.confirm();
      const count = await waiting.enter(project, entry, signal);
      return { outputs: {}, rows: {}, waiting: count, foot: `${count} waiting` };
    },
  };
}

function portsOf({ until }: Params): OutputPort[] {
  return until === 'until an event' ? EVENT_PORTS : USERS;
}

/** The event that lets users go on, when one does. */
function awaitedBy({ until, event, condition }: Params): Pick<Entry, 'event' | 'condition'> {
  if (until !== 'until an event') return {};
  return { event, ...(condition && condition.rules.length > 0 && { condition }) };
}

/** @throws PARAM_INVALID for a value that does not fit its operator */
function checkCondition({ params, asOf, timezone }: StepContext<Params>): void {
  const { condition } = awaitedBy(params);
  if (condition) conditionAt('condition', () => compileCondition(condition, ofTheEvent, { asOf, timezone }));
}

/** When a row of `source` goes on. @throws PARAM_INVALID */
function dueAt({ params, inputs, asOf, timezone }: StepContext<Params>): Sql {
  const { until, amount, unit, time, days, date, column } = params;
  const start = new Date(asOf);
  const zone = params.timezone || timezone;
  const fixed = (due: Date) => sql`${instant(due.toISOString())}`;
  switch (until) {
    case 'for a time':
    case 'until an event':
      return fixed(after(start, amount, unit));
    case 'until a time of day':
      return fixed(nextTimeOfDay(time, days, zone, start));
    case 'until a date':
      return fixed(localInstant(date, zone, 'date'));
    case 'until a time in a column': {
      const found = columnAt(inputOf(inputs, 'users'), column, 'column');
      if (found.family === 'time' || found.family === 'text' || found.family === 'number')
        return params.timezone ? asTime(found, params.timezone) : asMoment(found, timezone);
      throw new AppError('PARAM_INVALID', { field: 'column', reason: `${column} is ${found.family}, not a time` });
    }
  }
}

function summary({ until, amount, unit, time, days, date, column, event, condition }: Params): Phrase {
  const length = phrase`${amount} ${phraseOf(unit)}`;
  const where = condition && conditionPhrase(condition);
  switch (until) {
    case 'for a time':
      return length;
    case 'until a time of day':
      return phrase`until ${time}, ${phraseOf(days)}`;
    case 'until a date':
      return phrase`until ${date}`;
    case 'until a time in a column':
      return phrase`until ${column}`;
    case 'until an event':
      return where
        ? phrase`until ${event} where ${where}, at most ${length}`
        : phrase`until ${event}, at most ${length}`;
  }
}
