import { z } from 'zod';
import { Description, Instant, Name, Title } from './names.js';
import { JsonSchema } from './ui.js';

/**
 * How facts become a number, by GrowthBook's fact-metric words.
 * Facts are rows (user_id, timestamp, value[, denominator]); a period is one bucket of the grain.
 * - `count`, `sum`: sum of value in the period
 * - `unique_users`: distinct users with a fact in the period
 * - `mean`: sum of value over sum of denominator in the period
 * - `proportion`: users whose value adds up to at least `threshold`, over users with a denominator, in the period
 * - `retention`: users first seen (denominator = 1) in a cohort period who have a fact with value = 1 in a later one
 */
export const MetricType = z.enum(['count', 'unique_users', 'sum', 'mean', 'proportion', 'retention']);
export type MetricType = z.infer<typeof MetricType>;

/** What a template says about the facts that it compiles. */
export const MetricShape = z.strictObject({
  type: MetricType,
  /** What one unit of the value is: `orders`, `£`, `%`. */
  unit: z.string(),
  /** True when lower is better. */
  inverse: z.boolean().default(false),
  /** For `proportion`: the least value that counts a user in. */
  threshold: z.number().positive().default(1),
  /** Extra text columns of the facts that a page may break down by. */
  dimensions: z.array(z.string()).default([]),
  /** The definition in one sentence, for the page. */
  reads: z.string(),
});
export type MetricShape = z.infer<typeof MetricShape>;

export const Grain = z.enum(['day', 'week', 'month']);
export type Grain = z.infer<typeof Grain>;

/** A metric as a person writes it: a template of a plugin with its parameters. */
export const MetricInput = z.strictObject({
  name: Name,
  title: Title,
  description: Description.default(''),
  template: z.string().min(1),
  params: JsonSchema,
});
export type MetricInput = z.infer<typeof MetricInput>;

export const Metric = MetricInput.extend({
  version: z.number().int(),
  shape: MetricShape,
  updatedAt: Instant,
  updatedBy: z.string(),
});
export type Metric = z.infer<typeof Metric>;

export const MetricQuery = z.object({
  grain: Grain.default('month'),
  from: Instant.optional(),
  to: Instant.optional(),
  asOf: Instant.optional(),
  by: z.string().optional(),
});
export type MetricQuery = z.infer<typeof MetricQuery>;

/** One period of a series. `users` is the number of people behind the value, `complete` is false for a period that has not ended. */
export const MetricPoint = z.object({
  period: Instant,
  value: z.number().nullable(),
  numerator: z.number().nullable(),
  denominator: z.number().nullable(),
  users: z.number().int(),
  complete: z.boolean(),
  group: z.string().optional(),
});
export type MetricPoint = z.infer<typeof MetricPoint>;

/**
 * One cohort of a retention table: `returned[n - 1]` people came back in the n-th period after their first. The first
 * `complete` of these periods are over; in one that is not, more may still come back.
 */
export const RetentionRow = z.object({
  period: Instant,
  users: z.number().int(),
  returned: z.array(z.number().int()),
  complete: z.number().int(),
});
export type RetentionRow = z.infer<typeof RetentionRow>;

/** A metric's values with all that a number must say about itself: grain, window, time zone, unit, as-of. */
export const MetricValues = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('series'),
    metric: z.string(),
    unit: z.string(),
    grain: Grain,
    timezone: z.string(),
    from: Instant,
    to: Instant,
    asOf: Instant,
    by: z.string().optional(),
    points: z.array(MetricPoint),
    sql: z.string(),
    ms: z.number(),
  }),
  z.object({
    kind: z.literal('retention'),
    metric: z.string(),
    unit: z.string(),
    grain: Grain,
    timezone: z.string(),
    from: Instant,
    to: Instant,
    asOf: Instant,
    cohorts: z.array(RetentionRow),
    sql: z.string(),
    ms: z.number(),
  }),
]);
export type MetricValues = z.infer<typeof MetricValues>;
