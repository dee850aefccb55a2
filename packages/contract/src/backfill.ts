import { z } from 'zod';
import { Instant, Name } from './names.js';

/** Most periods of one back-fill. */
export const MOST_PERIODS = 1_000;

/** How long a period is: a day, a week from Monday or a month of the project's time zone. */
export const BackfillEvery = z.enum(['day', 'week', 'month']);
export type BackfillEvery = z.infer<typeof BackfillEvery>;

/** Past periods to run a pipeline for: one run for each, as of the period's end. */
export const BackfillInput = z.strictObject({
  /** The first and the last day, both included. A week or month that is not wholly between them is left out. */
  from: z.iso.date(),
  to: z.iso.date(),
  every: BackfillEvery,
  /** Runs that go on at the same time. */
  parallel: z.number().int().min(1).max(8).default(1),
  /** Runs periods again that an earlier back-fill of the same version has done. */
  again: z.boolean().default(false),
});
export type BackfillInput = z.infer<typeof BackfillInput>;

/** `failed`: a run failed, or no more runs could be started. */
export const BackfillState = z.enum(['running', 'done', 'failed', 'cancelled']);
export type BackfillState = z.infer<typeof BackfillState>;

/** A period of a back-fill, and the id of its run once there is one. `skipped`: an earlier back-fill has done it. */
export const BackfillPeriod = z.object({
  from: Instant,
  /** The instant at which it ends, as of which it is run. */
  to: Instant,
  state: z.enum(['waiting', 'running', 'done', 'failed', 'cancelled', 'skipped']),
  run: z.string().nullable(),
});
export type BackfillPeriod = z.infer<typeof BackfillPeriod>;

/** A line of the list of back-fills. */
export const BackfillSummary = BackfillInput.extend({
  id: z.string(),
  pipeline: Name,
  version: z.number().int(),
  state: BackfillState,
  /** Periods by their state, and all of them. */
  counts: z.record(BackfillPeriod.shape.state.or(z.literal('total')), z.number().int()),
  /** Why no more runs could be started. */
  error: z.string().nullable(),
  startedBy: z.string(),
  startedAt: Instant,
  finishedAt: Instant.nullable(),
});
export type BackfillSummary = z.infer<typeof BackfillSummary>;

export const Backfill = BackfillSummary.extend({ periods: z.array(BackfillPeriod) });
export type Backfill = z.infer<typeof Backfill>;

/**
 * The whole periods between two days, in order.
 * @returns `from` is the first day, `to` the day after the last one; one more than {@link MOST_PERIODS} when there are more
 */
export function backfillDays({
  from,
  to,
  every,
}: Pick<BackfillInput, 'from' | 'to' | 'every'>): { from: string; to: string }[] {
  const periods = [];
  const end = following(to, 'day');
  let start = firstOn(from, every);
  for (let next = following(start, every); next <= end; next = following(start, every)) {
    periods.push({ from: start, to: next });
    if (periods.length > MOST_PERIODS) break;
    start = next;
  }
  return periods;
}

/** The first day on or after this one with which a period begins. */
function firstOn(day: string, every: BackfillEvery): string {
  const date = new Date(day);
  switch (every) {
    case 'day':
      return day;
    case 'week':
      return plusDays(day, (8 - date.getUTCDay()) % 7);
    case 'month':
      return date.getUTCDate() === 1 ? day : nextMonth(day);
  }
}

function following(day: string, every: BackfillEvery): string {
  if (every === 'month') return nextMonth(day);
  return plusDays(day, every === 'week' ? 7 : 1);
}

function plusDays(day: string, days: number): string {
  const date = new Date(day);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

function nextMonth(day: string): string {
  const date = new Date(day);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)).toISOString().slice(0, 10);
}
