import { AppError, type CronTimes, type MissedPolicy } from '@pelton/contract';
import { Cron } from 'croner';

/** A time that is later than this by was missed: Pelton did not run, or was too busy to look. */
const GRACE_MS = 60_000;
/** Times that are run one by one after a long rest; those before them are left out. */
const MOST_EACH = 1_000;

/** A schedule as the clock reads it. */
export type Timetable = CronTimes & { missed: MissedPolicy };

/** What to do about a time that has come. */
export interface Due {
  /** The times to start a run for, the oldest first. */
  times: Date[];
  nextAt: Date | null;
}

/**
 * The next time of a schedule after an instant; null when there is none. Where clocks are put forward, a time that does
 * not exist is taken at the first moment after; where they are put back, it is taken once.
 * @throws SCHEDULE_WRONG
 */
export function nextTime(times: CronTimes, after: Date): Date | null {
  return readCron(times).nextRun(after);
}

/** The next times of a schedule, for a person to see whether it means what they meant. */
export function nextTimes(times: CronTimes, after: Date, count: number): Date[] {
  return timesFrom(times, nextTime(times, after), (found) => found.length < count);
}

/**
 * What a clock does that looks at `now` and was to start something at `dueAt`. What was missed is settled by the schedule;
 * a time in the future, such as after the clock was put back, waits.
 */
export function takeDue(timetable: Timetable, dueAt: Date, now: Date): Due {
  if (dueAt > now) return { times: [], nextAt: dueAt };
  if (timetable.missed === 'run-each') {
    const times = timesFrom(timetable, dueAt, (_, time) => time <= now);
    return { times: times.slice(-MOST_EACH), nextAt: nextTime(timetable, times.at(-1) ?? now) };
  }
  const isMissed = now.getTime() - dueAt.getTime() > GRACE_MS;
  return { times: isMissed && timetable.missed === 'skip' ? [] : [dueAt], nextAt: nextTime(timetable, now) };
}

function timesFrom(times: CronTimes, first: Date | null, goesOn: (found: Date[], time: Date) => boolean): Date[] {
  const cron = readCron(times);
  const found: Date[] = [];
  for (let time = first; time && goesOn(found, time); time = cron.nextRun(time)) found.push(time);
  return found;
}

function readCron({ cron, timezone }: CronTimes): Cron {
  try {
    return new Cron(cron, { timezone, mode: '5-part', paused: true });
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/^CronPattern: /, '');
    throw new AppError('SCHEDULE_WRONG', { cron, reason }, { cause });
  }
}
