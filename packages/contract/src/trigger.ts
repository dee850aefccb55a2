import { z } from 'zod';
import { Condition } from './condition.js';
import { Grain } from './metric.js';
import { Instant, Name } from './names.js';
import { CronTimes, MissedPolicy } from './schedule.js';

/** Starts a run at the times of a schedule. */
export const ScheduleTrigger = CronTimes.extend({
  kind: z.literal('schedule'),
  missed: MissedPolicy.default('run-once'),
});
export type ScheduleTrigger = z.infer<typeof ScheduleTrigger>;

/**
 * Who may come in again, and what is counted as the same.
 * - `every-time`: each event is an entry
 * - `never`: the first event of each key, for good
 * - `after-days`: an event of a key that has not entered in the last `days` days
 */
export const ReEntry = z.strictObject({
  again: z.enum(['every-time', 'never', 'after-days']).default('every-time').meta({ title: 'Comes in again' }),
  days: z
    .number()
    .int()
    .min(1)
    .max(3650)
    .default(30)
    .meta({ title: 'After days', ui: { unit: 'days', when: { again: ['after-days'] } } }),
  /** A property whose value is the key, such as `order_id`; the user when absent. */
  key: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ title: 'The same is told by', description: 'A property such as order_id; the person when it is empty' }),
});
export type ReEntry = z.infer<typeof ReEntry>;

/** Starts a run over the events of a name that arrived since the last one. */
export const EventTrigger = z.strictObject({
  kind: z.literal('event'),
  event: z
    .string()
    .min(1, 'Choose an event')
    .max(200)
    .meta({ title: 'Event', ui: { widget: 'event' } }),
  condition: Condition.optional().meta({ title: 'Only when', ui: { widget: 'condition', of: 'event:event' } }),
  /** How often new events are looked for. */
  everySeconds: z
    .number()
    .int()
    .min(1)
    .max(86_400)
    .default(5)
    .meta({ title: 'Looks every', ui: { unit: 'seconds', advanced: true } }),
  entry: ReEntry.default({ again: 'every-time', days: 30 }).meta({ title: 'Entry' }),
});
export type EventTrigger = z.infer<typeof EventTrigger>;

/** A column that each row of a webhook's body has; where a row lacks it, or it is something else, it is empty. */
export const HookColumn = z.strictObject({
  name: z
    .string()
    .min(1, 'Name the column')
    .max(120)
    .meta({ title: 'Column', description: 'Such as user_id or order.total' }),
  family: z.enum(['text', 'number', 'boolean', 'time']).meta({ title: 'Holds' }),
});
export type HookColumn = z.infer<typeof HookColumn>;

/** Starts a run with what is posted to a secret address: an object, or a list of objects. */
export const WebhookTrigger = z.strictObject({
  kind: z.literal('webhook'),
  /** Where in the body the list is, such as `data.orders`; the body itself when absent. */
  rows: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .meta({ title: 'Rows are in', description: 'Such as data.orders; the whole body when it is empty' }),
  columns: z.array(HookColumn).max(200).default([]).meta({ title: 'Columns' }),
});
export type WebhookTrigger = z.infer<typeof WebhookTrigger>;

/** Starts a run when a run of another pipeline ends. */
export const AfterTrigger = z.strictObject({
  kind: z.literal('after'),
  pipeline: Name,
  on: z.enum(['done', 'failed', 'ended']).default('done').meta({ title: 'When it is' }),
});
export type AfterTrigger = z.infer<typeof AfterTrigger>;

/**
 * Starts a run when a metric crosses a threshold. The last whole period is compared: with the threshold, or, for the
 * changes in percent, with the period before it.
 */
export const AlertTrigger = z.strictObject({
  kind: z.literal('alert'),
  metric: Name.meta({ title: 'Metric', ui: { widget: 'metric' } }),
  grain: Grain.default('day').meta({ title: 'Of each' }),
  is: z.enum(['above', 'below', 'rises-by', 'falls-by', 'changes-by']).meta({ title: 'Is' }),
  /** In the metric's unit, or percent. */
  threshold: z.number().meta({ title: 'Threshold', description: 'In the unit of the metric; in percent for changes' }),
  /** When the metric is looked at. */
  look: CronTimes,
});
export type AlertTrigger = z.infer<typeof AlertTrigger>;

/** What starts runs of a pipeline by itself. Without one, people do. */
export const Trigger = z.discriminatedUnion('kind', [
  ScheduleTrigger,
  EventTrigger,
  WebhookTrigger,
  AfterTrigger,
  AlertTrigger,
]);
export type Trigger = z.infer<typeof Trigger>;

export const Priority = z.enum(['high', 'normal', 'low']);
export type Priority = z.infer<typeof Priority>;

/** How runs of a pipeline go beside each other. Without settings, people start as many as they like and triggers one at a time. */
export const RunSettings = z.strictObject({
  /** Runs that go on at the same time. */
  atOnce: z.number().int().min(1).max(20).default(1).meta({ title: 'Runs at once' }),
  /** What happens to a run that would be one more: it waits its turn, is left out, or takes the place of the oldest. */
  whenBusy: z.enum(['queue', 'skip', 'replace']).default('queue').meta({ title: 'One more' }),
  priority: Priority.default('normal').meta({ title: 'Priority' }),
});
export type RunSettings = z.infer<typeof RunSettings>;

/** How the trigger of the live version stands. */
export const TriggerStatus = z.object({
  trigger: Trigger,
  isPaused: z.boolean(),
  /** When it starts a run next, of a schedule; of an alert, when it looks next. */
  nextAt: Instant.nullable(),
  /** When it started a run last. */
  lastAt: Instant.nullable(),
  /** What an alert saw last. */
  alert: z.object({ isOver: z.boolean(), value: z.number().nullable(), lookedAt: Instant }).nullable(),
  /** Why it could not start a run the last time that it should have. */
  error: z.string().nullable(),
});
export type TriggerStatus = z.infer<typeof TriggerStatus>;

export const TriggerSwitch = z.strictObject({ isPaused: z.boolean() });
export type TriggerSwitch = z.infer<typeof TriggerSwitch>;

/** The secret address of a pipeline's webhook; null until one is made. */
export const HookAddress = z.object({ address: z.string().nullable() });
export type HookAddress = z.infer<typeof HookAddress>;

/** What a webhook is answered with: the run is durable. It may wait its turn, or have been left out, by the pipeline's settings. */
export const HookAnswer = z.object({ run: z.string(), state: z.string(), rows: z.number().int() });
export type HookAnswer = z.infer<typeof HookAnswer>;
