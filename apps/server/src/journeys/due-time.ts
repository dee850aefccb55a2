import { AppError } from '@pelton/contract';
import { Cron } from 'croner';
import { z } from 'zod';
import { nextTime } from '../schedules/schedule.js';

/** Days on which something happens, as a form offers them, from Sunday, 0. */
const DAYS = {
  'every day': [0, 1, 2, 3, 4, 5, 6],
  'Monday to Friday': [1, 2, 3, 4, 5],
  'Saturday and Sunday': [0, 6],
  Monday: [1],
  Tuesday: [2],
  Wednesday: [3],
  Thursday: [4],
  Friday: [5],
  Saturday: [6],
  Sunday: [0],
};
export const Days = z.enum(Object.keys(DAYS) as (keyof typeof DAYS)[]); // the keys of the table above
export type Days = z.infer<typeof Days>;

/** A time of day, such as 09:00. */
export const TimeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Write hours and minutes, such as 09:00');

export const Unit = z.enum(['minutes', 'hours', 'days', 'weeks']);
export type Unit = z.infer<typeof Unit>;
const UNIT_MS: Record<Unit, number> = { minutes: 60_000, hours: 3_600_000, days: 86_400_000, weeks: 604_800_000 };

/** A time that long after another; a day is 24 hours, also where clocks are changed. */
export function after(start: Date, amount: number, unit: Unit): Date {
  return new Date(start.getTime() + amount * UNIT_MS[unit]);
}

/** The next time that a clock in the zone shows this on one of the days, after an instant. */
export function nextTimeOfDay(time: string, days: Days, timezone: string, start: Date): Date {
  const next = nextTime({ cron: cronOf(time, days), timezone }, start);
  if (!next) throw new Error(`${time} on ${days} never comes`);
  return next;
}

/**
 * The instant at which a clock in the zone shows a date and time, such as 2026-12-24 09:00.
 * @throws PARAM_INVALID when there is no such date
 */
export function localInstant(text: string, timezone: string, field: string): Date {
  const [, date = '', time = '00:00'] = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d))?$/.exec(text) ?? [];
  try {
    const found = new Cron(`${date}T${time}:00`, { timezone, paused: true }).nextRun(new Date(0));
    if (found) return found;
  } catch {
    // told below
  }
  throw new AppError('PARAM_INVALID', { field, reason: 'Write a date and a time, such as 2026-12-24 09:00' });
}

/** Hours on certain days; those that end before they begin end on the day after. */
export interface OpenHours {
  from: string;
  to: string;
  days: Days;
  timezone: string;
}

/** True from the first minute of the hours until just before the last; all day when they end as they begin. */
export function isOpen({ from, to, days, timezone }: OpenHours, at: Date): boolean {
  const { day, time } = clockOf(at, timezone);
  if (from < to) return DAYS[days].includes(day) && time >= from && time < to;
  if (from === to) return DAYS[days].includes(day);
  return (DAYS[days].includes(day) && time >= from) || (DAYS[days].includes((day + 6) % 7) && time < to);
}

/** When the hours begin next, after an instant. */
export function nextOpening({ from, to, days, timezone }: OpenHours, at: Date): Date {
  return nextTimeOfDay(from === to ? '00:00' : from, days, timezone, at);
}

function cronOf(time: string, days: Days): string {
  const [hour, minute] = time.split(':').map(Number);
  return `${minute} ${hour} * * ${DAYS[days].join(',')}`;
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** What a clock in the zone shows: the day from Sunday, 0, and the time. */
function clockOf(at: Date, timezone: string): { day: number; time: string } {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return { day: WEEKDAYS.indexOf(parts.get('weekday') ?? ''), time: `${parts.get('hour')}:${parts.get('minute')}` };
}
