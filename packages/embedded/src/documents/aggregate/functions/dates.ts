import { ObjectId } from 'bson';
import { asInteger, isNumber, toNumber } from '../../bson/numbers.js';
import { showValue } from '../../bson/show.js';
import { type BsonDocument, isDocument } from '../../bson/value.js';
import { badValue, CommandError } from '../../command-error.js';
import type { ExpressionFunction } from '../expression.js';
import { isAbsent } from './arithmetic.js';
import { dayMs, differenceIn, fromLocal, isoWeekOf, moveBy, toLocal, truncate, type Unit, units } from './calendar.js';
import { parseDate } from './conversion.js';

/** Each part of a date, read from a clock in the date's zone that is written as if it were UTC. */
const parts: Readonly<Record<string, (local: Date) => number>> = {
  $year: (local) => local.getUTCFullYear(),
  $month: (local) => local.getUTCMonth() + 1,
  $dayOfMonth: (local) => local.getUTCDate(),
  $hour: (local) => local.getUTCHours(),
  $minute: (local) => local.getUTCMinutes(),
  $second: (local) => local.getUTCSeconds(),
  $millisecond: (local) => local.getUTCMilliseconds(),
  $dayOfWeek: (local) => local.getUTCDay() + 1,
  $isoDayOfWeek: (local) => local.getUTCDay() || 7,
  $dayOfYear: dayOfYear,
  $week: (local) => Math.floor((dayOfYear(local) + 6 - local.getUTCDay()) / 7),
  $isoWeek: (local) => isoWeekOf(local).week,
  $isoWeekYear: (local) => isoWeekOf(local).year,
};

/** Operators on dates; zones are IANA names or offsets such as `+09:00`. */
export const dateFunctions: Readonly<Record<string, ExpressionFunction>> = {
  ...Object.fromEntries(Object.entries(parts).map(([name, read]) => [name, (operand) => partOf(operand, read)])),
  $dateToString: (operand) => {
    const { date, format, timezone, onNull } = argumentsOf('$dateToString', operand);
    if (isAbsent(date)) return onNull ?? null;
    const local = toLocal(dateOf(date), timezone);
    return formatDate(local, typeof format === 'string' ? format : '%Y-%m-%dT%H:%M:%S.%LZ', dateOf(date));
  },
  $dateTrunc: (operand) => {
    const { date, unit, binSize, timezone, startOfWeek } = argumentsOf('$dateTrunc', operand);
    if (isAbsent(date) || isAbsent(unit)) return null;
    const size = isNumber(binSize) ? toNumber(binSize) : 1;
    const local = truncate(toLocal(dateOf(date), timezone), unitOf(unit), size, dayOf(startOfWeek));
    return fromLocal(local, timezone);
  },
  $dateAdd: (operand) => moved('$dateAdd', operand, 1),
  $dateSubtract: (operand) => moved('$dateSubtract', operand, -1),
  $dateDiff: (operand) => {
    const { startDate, endDate, unit, timezone, startOfWeek } = argumentsOf('$dateDiff', operand);
    if (isAbsent(startDate) || isAbsent(endDate)) return null;
    const [from, to] = [toLocal(dateOf(startDate), timezone), toLocal(dateOf(endDate), timezone)];
    return asInteger(BigInt(differenceIn(unitOf(unit), from, to, dayOf(startOfWeek))));
  },
  $dateToParts: (operand) => {
    const { date, timezone } = argumentsOf('$dateToParts', operand);
    if (isAbsent(date)) return null;
    const local = toLocal(dateOf(date), timezone);
    const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth() + 1, local.getUTCDate()];
    const [hour, minute, second] = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()];
    return { year, month, day, hour, minute, second, millisecond: local.getUTCMilliseconds() };
  },
  $dateFromParts: (operand) => {
    const given = argumentsOf('$dateFromParts', operand);
    const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0, millisecond = 0, timezone } = given;
    const [y, mo, d, h, mi, s, ms] = [year, month, day, hour, minute, second, millisecond].map((part) => Number(part));
    return fromLocal(new Date(Date.UTC(y!, mo! - 1, d, h, mi, s, ms)), timezone);
  },
  $dateFromString: (operand) => {
    const { dateString, timezone, onNull, onError, format } = argumentsOf('$dateFromString', operand);
    if (isAbsent(dateString)) return onNull ?? null;
    if (!isAbsent(format)) throw badValue("$dateFromString with 'format' is not supported");
    const date = typeof dateString === 'string' ? parseDate(dateString) : undefined;
    if (date && !Number.isNaN(date.getTime())) return fromLocal(date, timezone);
    if (onError !== undefined) return onError;
    throw new CommandError('ConversionFailure', '$dateFromString could not read the date');
  },
};

function partOf(operand: unknown, read: (local: Date) => number): unknown {
  const { date, timezone } = isDocument(operand) ? operand : { date: operand, timezone: undefined };
  return isAbsent(date) ? null : read(toLocal(dateOf(date), timezone));
}

function moved(name: string, operand: unknown, sign: number): unknown {
  const { startDate, unit, amount, timezone } = argumentsOf(name, operand);
  if (isAbsent(startDate) || isAbsent(amount)) return null;
  const steps = Number(amount) * sign;
  const known = unitOf(unit);
  // hours and below are lengths of time, days and above are steps on the calendar of the zone
  if (['hour', 'minute', 'second', 'millisecond'].includes(known)) return moveBy(dateOf(startDate), known, steps);
  return fromLocal(moveBy(toLocal(dateOf(startDate), timezone), known, steps), timezone);
}

function formatDate(local: Date, format: string, date: Date): string {
  const minutes = Math.round((local.getTime() - date.getTime()) / 60_000);
  const sign = minutes < 0 ? '-' : '+';
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const hoursAndMinutes = pad(Math.floor(Math.abs(minutes) / 60), 2) + pad(Math.abs(minutes) % 60, 2);
  const values: Readonly<Record<string, string>> = {
    Y: pad(local.getUTCFullYear(), 4),
    m: pad(local.getUTCMonth() + 1, 2),
    d: pad(local.getUTCDate(), 2),
    H: pad(local.getUTCHours(), 2),
    M: pad(local.getUTCMinutes(), 2),
    S: pad(local.getUTCSeconds(), 2),
    L: pad(local.getUTCMilliseconds(), 3),
    j: pad(dayOfYear(local), 3),
    w: String(local.getUTCDay() + 1),
    u: String(local.getUTCDay() || 7),
    U: pad(parts['$week']!(local), 2),
    V: pad(isoWeekOf(local).week, 2),
    G: pad(isoWeekOf(local).year, 4),
    b: local.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' }),
    B: local.toLocaleString('en-US', { month: 'long', timeZone: 'UTC' }),
    z: sign + hoursAndMinutes,
    Z: `${sign}${pad(Math.abs(minutes), 3)}`,
    '%': '%',
  };
  return format.replaceAll(/%(.)/g, (text, letter: string) => {
    const value = values[letter];
    if (value === undefined) throw badValue(`Invalid format character '${text}' in format string`);
    return value;
  });
}

function dayOfYear(local: Date): number {
  return Math.floor((local.getTime() - Date.UTC(local.getUTCFullYear(), 0, 1)) / dayMs) + 1;
}

function argumentsOf(name: string, operand: unknown): BsonDocument {
  if (!isDocument(operand)) throw badValue(`${name} only supports an object as its argument`);
  return operand;
}

function dateOf(value: unknown): Date {
  if (value instanceof Date) return value;
  if (value instanceof ObjectId) return value.getTimestamp();
  throw badValue("can't convert the value to a date");
}

function dayOf(value: unknown): string {
  return typeof value === 'string' ? value : 'sunday';
}

function unitOf(value: unknown): Unit {
  const unit = units.find((each) => each === value);
  if (!unit) throw badValue(`unknown time unit value: ${showValue(value)}`);
  return unit;
}
