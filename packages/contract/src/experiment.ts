import { z } from 'zod';
import { Description, Instant, Name, Title } from './names.js';
import { JsonSchema } from './ui.js';

/** One arm. The first of an experiment is the control. */
export const Variation = z.strictObject({
  key: z.string().regex(/^[a-z][a-z0-9_]*$/, 'Use small letters, digits and underscores'),
  title: Title,
  /** Share of the covered users, 0 to 1; the weights of an experiment add up to 1. */
  weight: z.number().min(0).max(1),
});
export type Variation = z.infer<typeof Variation>;

/** A metric that an experiment is judged by, counted within `windowDays` after a user's assignment. */
export const ExperimentMetric = z.strictObject({
  metric: Name,
  role: z.enum(['goal', 'guardrail', 'secondary']).default('goal'),
  windowDays: z.number().int().min(1).max(365).default(14),
});
export type ExperimentMetric = z.infer<typeof ExperimentMetric>;

export const ExperimentInput = z
  .strictObject({
    name: Name,
    title: Title,
    description: Description.default(''),
    hypothesis: Description.default(''),
    engine: z.string().min(1),
    params: JsonSchema.default({}),
    variations: z.array(Variation).min(2).max(10),
    /** Share of users who take part at all, 0 to 1. */
    coverage: z.number().min(0).max(1).default(1),
    /** Seed of the assignment hash; the name when empty. Changing it reshuffles everyone. */
    seed: z.string().max(64).default(''),
    metrics: z.array(ExperimentMetric).max(20).default([]),
  })
  .refine((e) => Math.abs(e.variations.reduce((sum, v) => sum + v.weight, 0) - 1) < 1e-6, {
    path: ['variations'],
    message: 'The weights must add up to 100 %',
  })
  .refine((e) => new Set(e.variations.map((v) => v.key)).size === e.variations.length, {
    path: ['variations'],
    message: 'Each variation needs a key of its own',
  });
export type ExperimentInput = z.infer<typeof ExperimentInput>;

export const Experiment = z.object({
  ...ExperimentInput.shape,
  version: z.number().int(),
  decision: z.object({ variation: z.string(), at: Instant, by: z.string(), note: z.string() }).nullable(),
  updatedAt: Instant,
  updatedBy: z.string(),
});
export type Experiment = z.infer<typeof Experiment>;

/**
 * Sufficient statistics of one arm for one metric; an engine sees nothing else of the data.
 * `sum`, `sumSquares` are over one value per user; for a ratio metric `denominator*` and `sumProducts` are given too.
 */
export const ArmStatistics = z.strictObject({
  variation: z.string(),
  users: z.number().int().min(0),
  sum: z.number(),
  sumSquares: z.number(),
  denominatorSum: z.number().optional(),
  denominatorSumSquares: z.number().optional(),
  sumProducts: z.number().optional(),
});
export type ArmStatistics = z.infer<typeof ArmStatistics>;

/** What one metric says about one arm against the control. `effect` is absolute, `lift` relative to the control's mean. */
export const ArmResult = z.object({
  variation: z.string(),
  users: z.number().int(),
  mean: z.number().nullable(),
  effect: z.number().nullable(),
  interval: z.tuple([z.number(), z.number()]).nullable(),
  lift: z.number().nullable(),
  liftInterval: z.tuple([z.number(), z.number()]).nullable(),
  pValue: z.number().nullable(),
  reading: z.enum(['better', 'worse', 'not-clear', 'control', 'too-few']),
});
export type ArmResult = z.infer<typeof ArmResult>;

/** Sample ratio mismatch: are the arms as large as the weights say? */
export const RatioCheck = z.object({ pValue: z.number().nullable(), passes: z.boolean(), note: z.string() });
export type RatioCheck = z.infer<typeof RatioCheck>;

export const Analysis = z.object({
  arms: z.array(ArmResult),
  alpha: z.number(),
  method: z.string(),
  warnings: z.array(z.string()),
});
export type Analysis = z.infer<typeof Analysis>;

export const ExperimentResults = z.object({
  asOf: Instant,
  startedAt: Instant.nullable(),
  arms: z.array(z.object({ variation: z.string(), title: z.string(), weight: z.number(), users: z.number().int() })),
  ratio: RatioCheck,
  both: z.number().int(),
  metrics: z.array(
    z.object({
      metric: z.string(),
      title: z.string(),
      role: ExperimentMetric.shape.role.unwrap(),
      windowDays: z.number().int(),
      unit: z.string(),
      percent: z.boolean(),
      inverse: z.boolean(),
      /** Users of each arm whose window is over; only they are counted. */
      matured: z.record(z.string(), z.number().int()),
      analysis: Analysis,
      sql: z.string(),
    }),
  ),
  ms: z.number(),
});
export type ExperimentResults = z.infer<typeof ExperimentResults>;
