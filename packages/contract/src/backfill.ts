import { z } from 'zod';
import { Instant, Name } from './names.js';

/** Past periods to run a pipeline for: one run for each, as of the period's end. */
export const BackfillInput = z.strictObject({
  from: Instant,
  to: Instant,
  /** Whole days, weeks from Monday or months of the project's time zone, or the times of five fields of cron. */
  every: z.union([z.enum(['day', 'week', 'month']), z.strictObject({ cron: z.string().min(1).max(120) })]),
  /** Runs that go on at the same time. */
  parallel: z.number().int().min(1).max(10).default(1),
  /** Runs periods again that an earlier back-fill of this pipeline has done. */
  again: z.boolean().default(false),
});
export type BackfillInput = z.infer<typeof BackfillInput>;

export const BackfillState = z.enum(['running', 'done', 'failed', 'cancelled']);
export type BackfillState = z.infer<typeof BackfillState>;

/** A period of a back-fill, by its end. `skipped`: an earlier back-fill has done it. */
export const BackfillPeriod = z.object({
  at: Instant,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'skipped']),
  run: z.string().nullable(),
});
export type BackfillPeriod = z.infer<typeof BackfillPeriod>;

export const Backfill = BackfillInput.extend({
  id: z.string(),
  pipeline: Name,
  state: BackfillState,
  periods: z.array(BackfillPeriod),
  startedBy: z.string(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
});
export type Backfill = z.infer<typeof Backfill>;

/** The ends of the periods that a back-fill would run, the first few of them, and how many there are. */
export const BackfillPlan = z.object({ count: z.number().int(), first: z.array(Instant) });
export type BackfillPlan = z.infer<typeof BackfillPlan>;
