import { AppError, type Schedule } from '@pelton/contract';
import { Cron } from 'croner';

/** A time that is later than this by was missed: Pelton did not run, or was too busy to look. */
const GRACE_MS = 60_000;

/**
 * The next time of a schedule after an instant; null when there is none. Where clocks are put forward, a time that does
 * not exist is taken at the first moment after; where they are put back, it is taken once.
 * @throws SCHEDULE_WRONG
 */
export function nextTime(schedule: Pick<Schedule, 'cron' | 'timezone'>, after: Date): Date | null {
  const { cron, timezone } = schedule;
  try {
    return new Cron(cron, { timezone, mode: '5-part', paused: true }).nextRun(after);
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).replace(/^CronPattern: /, '');
    throw new AppError('SCHEDULE_WRONG', { cron, reason }, { cause });
  }
}

/** The next times of a schedule, for a person to see whether it means what they meant. */
export function nextTimes(schedule: Pick<Schedule, 'cron' | 'timezone'>, after: Date, count: number): Date[] {
  const times: Date[] = [];
  for (let time = nextTime(schedule, after); time && times.length < count; time = nextTime(schedule, time))
    times.push(time);
  return times;
}

/** What to do about a time that has come. Any number of missed times is one. */
export function decideDue(schedule: Pick<Schedule, 'missed'>, dueAt: Date, now: Date): 'run' | 'skip' {
  const isMissed = now.getTime() - dueAt.getTime() > GRACE_MS;
  return isMissed && schedule.missed === 'skip' ? 'skip' : 'run';
}
