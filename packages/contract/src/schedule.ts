import { z } from 'zod';
import { Instant, TimeZone } from './names.js';

/** Times by the five fields of cron, in a time zone. */
export const CronTimes = z.strictObject({
  /** Minute, hour, day of month, month, day of week; such as `0 6 * * 1-5`. */
  cron: z.string().min(1).max(120),
  timezone: TimeZone,
});
export type CronTimes = z.infer<typeof CronTimes>;

/**
 * What happens to times at which Pelton was not running.
 * - `skip`: nothing
 * - `run-once`: one run for all of them
 * - `run-each`: one run for each, as of its time
 */
export const MissedPolicy = z.enum(['skip', 'run-once', 'run-each']);
export type MissedPolicy = z.infer<typeof MissedPolicy>;

/** When a sync runs by itself, and what to do about a time at which Pelton was not running. */
export const Schedule = CronTimes.extend({ missed: MissedPolicy.exclude(['run-each']).default('run-once') });
export type Schedule = z.infer<typeof Schedule>;

/** The next times of a schedule, in order. */
export const ScheduleTimes = z.object({ times: z.array(Instant) });
export type ScheduleTimes = z.infer<typeof ScheduleTimes>;
