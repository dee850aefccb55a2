import { badValue } from '../../command-error.js';

/** MongoDB's names of the units of time. */
export const units = ['year', 'quarter', 'month', 'week', 'day', 'hour', 'minute', 'second', 'millisecond'] as const;
export type Unit = (typeof units)[number];

export const dayMs = 86_400_000;
const lengths = { week: 7 * dayMs, day: dayMs, hour: 3_600_000, minute: 60_000, second: 1000, millisecond: 1 } as const;
const weekdays = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

/** The start of 2000, from which MongoDB counts bins of more than one unit. */
const reference = Date.UTC(2000, 0, 1);

/** What a clock in the zone shows at a moment, as a date that reads so in UTC. */
export function toLocal(date: Date, zone: unknown): Date {
  return new Date(date.getTime() + offsetOf(zone, date));
}

/** The moment at which a clock in the zone shows a time. */
export function fromLocal(local: Date, zone: unknown): Date {
  const guess = new Date(local.getTime() - offsetOf(zone, local));
  return new Date(local.getTime() - offsetOf(zone, guess));
}

/** Cuts a local time down to the start of its unit, or of its bin of several. */
export function truncate(local: Date, unit: Unit, binSize: number, startOfWeek: string): Date {
  if (binSize < 1) throw badValue('binSize must be at least 1');
  if (unit === 'year' || unit === 'quarter' || unit === 'month') {
    const step = binSize * monthsIn(unit);
    const months = (local.getUTCFullYear() - 2000) * 12 + local.getUTCMonth();
    return new Date(Date.UTC(2000, Math.floor(months / step) * step, 1));
  }
  const step = binSize * lengths[unit];
  const origin = unit === 'week' ? firstWeek(startOfWeek) : reference;
  return new Date(origin + Math.floor((local.getTime() - origin) / step) * step);
}

/** Moves a local time by whole units; a day that the new month does not have becomes its last. */
export function moveBy(local: Date, unit: Unit, amount: number): Date {
  if (unit !== 'year' && unit !== 'quarter' && unit !== 'month')
    return new Date(local.getTime() + amount * lengths[unit]);
  const months = local.getUTCMonth() + amount * monthsIn(unit);
  const lastDay = new Date(Date.UTC(local.getUTCFullYear(), months + 1, 0)).getUTCDate();
  const moved = new Date(local);
  moved.setUTCFullYear(local.getUTCFullYear(), months, Math.min(local.getUTCDate(), lastDay));
  return moved;
}

/** How many starts of a unit lie between two local times. */
export function differenceIn(unit: Unit, from: Date, to: Date, startOfWeek: string): number {
  const [start, end] = [truncate(from, unit, 1, startOfWeek), truncate(to, unit, 1, startOfWeek)];
  if (unit !== 'year' && unit !== 'quarter' && unit !== 'month') {
    return Math.round((end.getTime() - start.getTime()) / lengths[unit]);
  }
  const months = (end.getUTCFullYear() - start.getUTCFullYear()) * 12 + end.getUTCMonth() - start.getUTCMonth();
  return months / monthsIn(unit);
}

/** The ISO week of a local date; its year is the one that has the week's Thursday. */
export function isoWeekOf(local: Date): { week: number; year: number } {
  const thursday = new Date(local.getTime() + (4 - (local.getUTCDay() || 7)) * dayMs);
  const year = thursday.getUTCFullYear();
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / dayMs / 7) + 1 };
}

function monthsIn(unit: 'year' | 'quarter' | 'month'): number {
  return { year: 12, quarter: 3, month: 1 }[unit];
}

/** The first day of 2000 that is the given one of the week. */
function firstWeek(startOfWeek: string): number {
  const day = weekdays.findIndex((name) => name.startsWith(startOfWeek.toLowerCase().slice(0, 3)));
  if (day < 0) throw badValue(`unknown day of week value: ${startOfWeek}`);
  return reference + ((day - new Date(reference).getUTCDay() + 7) % 7) * dayMs;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** How many milliseconds a zone's clock is ahead of UTC at a moment. */
function offsetOf(zone: unknown, date: Date): number {
  if (zone === undefined || zone === null || zone === 'UTC' || zone === 'GMT') return 0;
  if (typeof zone !== 'string') throw badValue('timezone must evaluate to a string');
  const fixed = /^([+-])(\d{2}):?(\d{2})?$/.exec(zone);
  if (fixed) return (fixed[1] === '-' ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3] ?? 0)) * 60_000;
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(date)
      .map(({ type, value }) => [type, Number(value)]),
  );
  const { year = 0, month = 1, day, hour, minute, second } = parts;
  const seconds = Math.floor(date.getTime() / 1000) * 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) - seconds;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    try {
      const numeric = 'numeric';
      format = new Intl.DateTimeFormat('en-US', {
        timeZone: zone,
        hourCycle: 'h23',
        year: numeric,
        month: numeric,
        day: numeric,
        hour: numeric,
        minute: numeric,
        second: numeric,
      });
    } catch {
      throw badValue(`unrecognized time zone identifier: "${zone}"`);
    }
    formats.set(zone, format);
  }
  return format;
}
