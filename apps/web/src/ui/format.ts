/** How numbers and instants are written. Pure: locale, zone and now come in. */

const MINUS = '\u2212';
/** In English a thin gap stands before the sign of percent; in Korean and Chinese none does. */
const THIN_GAP = '\u202f';

/** `1234.5` gives `1,234.5`; a minus is U+2212. @param digits at most so many after the point */
export function formatNumber(value: number, locale: string, digits = 2): string {
  return write(value, locale, { maximumFractionDigits: digits });
}

/** Large numbers in few letters: `1,216,272` gives `1.2M`. */
export function formatCompact(value: number, locale: string): string {
  return write(value, locale, { notation: 'compact', maximumFractionDigits: 1 });
}

/** A share as percent: `0.155` gives `15.5 %`. */
export function formatPercent(share: number, locale: string, digits = 1): string {
  const number = write(share * 100, locale, { maximumFractionDigits: digits });
  return `${number}${locale === 'en' ? THIN_GAP : ''}%`;
}

/** A value with its unit as a metric names it: a currency sign goes before, a word behind, percent multiplies. */
export function formatUnit(value: number, unit: string, locale: string): string {
  if (unit === '%') return formatPercent(value, locale);
  const number = formatNumber(value, locale);
  if (/^\p{Sc}$/u.test(unit)) return value < 0 ? MINUS + unit + number.slice(1) : unit + number;
  return unit === '' ? number : `${number} ${unit}`;
}

function write(value: number, locale: string, options: Intl.NumberFormatOptions): string {
  return numberFormat(locale, options).format(value).replace('-', MINUS);
}

/** `900` gives `0.9 s`, `75_000` gives `75 s`, `4_000_000` gives `1 h 7 min`; the units are the same in all languages. */
export function formatDuration(ms: number, locale: string): string {
  const seconds = ms / 1000;
  if (seconds < 0.1) return `${Math.round(ms)} ms`;
  if (seconds < 120) return `${formatNumber(seconds, locale, seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(bytes: number, locale: string): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(bytes, 1)) / 3), units.length - 1);
  return `${formatNumber(bytes / 1000 ** power, locale, power === 0 ? 0 : 1)} ${units[power]}`;
}

export type InstantStyle = 'date' | 'short' | 'time' | 'second' | 'dateTime' | 'full';

const STYLES: Record<InstantStyle, Intl.DateTimeFormatOptions> = {
  date: { day: 'numeric', month: 'short', year: 'numeric' },
  short: { day: 'numeric', month: 'short' },
  time: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  dateTime: { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  full: {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  },
};

/** An instant in a time zone: `20 Nov 2026`, `20 Nov`, `12:04`, `20 Nov, 12:04`. */
export function formatInstant(
  instant: string | number,
  style: InstantStyle,
  locale: string,
  timeZone?: string,
): string {
  const language = locale === 'en' ? 'en-GB' : locale;
  return dateFormat(language, { ...STYLES[style], ...(timeZone && { timeZone }) }).format(new Date(instant));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

/** `5 min ago`, `yesterday`; within a minute it is `now`. */
export function formatRelative(instant: string | number, now: number, locale: string): string {
  const distance = new Date(instant).getTime() - now;
  const [unit, size] = STEPS.find(([, size]) => Math.abs(distance) >= size) ?? ['second', Infinity];
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' });
  return format.format(size === Infinity ? 0 : Math.round(distance / size), unit);
}

const formats = new Map<string, Intl.NumberFormat | Intl.DateTimeFormat>();

function numberFormat(locale: string, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  return kept(`n ${locale} ${JSON.stringify(options)}`, () => new Intl.NumberFormat(locale, options));
}

function dateFormat(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return kept(`d ${locale} ${JSON.stringify(options)}`, () => new Intl.DateTimeFormat(locale, options));
}

/** Making a format takes longer than using it a hundred times. */
function kept<T extends Intl.NumberFormat | Intl.DateTimeFormat>(key: string, make: () => T): T {
  const known = formats.get(key) as T | undefined; // the key begins with the kind
  if (known) return known;
  const made = make();
  formats.set(key, made);
  return made;
}
