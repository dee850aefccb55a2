const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T]([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,9}))?)?(?:Z|([+-])(\d\d):?(\d\d))?)?$/;
const HYPHEN = 45;
const MIN_YEAR = 1900;
const MAX_YEAR = 2299;

/**
 * Reads a date or an instant by ISO 8601, with a space or a T between; without a zone it is in UTC.
 * @returns `2010-12-01 08:26:00.000` in UTC, cut to the millisecond; null when it is none, or outside the years that
 *   DateTime64 holds
 */
export function readTime(text: string): string | null {
  if (text.charCodeAt(4) !== HYPHEN) return null; // most values end here, long before the pattern is tried
  const found = ISO.exec(text);
  if (!found) return null;
  const [
    ,
    year,
    month,
    day,
    hour = '00',
    minute = '00',
    second = '00',
    fraction = '',
    sign,
    offsetHours,
    offsetMinutes,
  ] = found;
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  const local = `${year}-${month}-${day} ${hour}:${minute}:${second}.${`${fraction}000`.slice(0, 3)}`;
  if (sign === undefined) return local;
  const offsetMs = (Number(offsetHours) * 60 + Number(offsetMinutes)) * (sign === '-' ? -60_000 : 60_000);
  const utc = timeText(Date.parse(`${local.replace(' ', 'T')}Z`) - offsetMs);
  return isYear(Number(utc.slice(0, 4))) ? utc : null;
}

/** An instant as the warehouse writes it. */
export function timeText(epochMs: number): string {
  return new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '');
}

function isDay(year: number, month: number, day: number): boolean {
  if (!isYear(year) || month < 1 || month > 12 || day < 1) return false;
  return day <= 28 || day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

function isYear(year: number): boolean {
  return year >= MIN_YEAR && year <= MAX_YEAR;
}
