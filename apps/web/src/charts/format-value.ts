/** How a number is written: in full in a table or tooltip, with a sign as a change, short on an axis. */
export type ValueStyle = 'full' | 'change' | 'axis';

export interface ValueFormat {
  /** What one of it is: `£`, `%`, `orders`. A value with the unit `%` is a share, 0 to 1. */
  unit: string;
  /** The language of the page. */
  locale: string;
}

const CURRENCY = /^\p{Sc}$/u;
/** Narrow, and never at the end of a line. */
const GAP = '\u202f';

/** A number with its unit, as `£1,216,272`, `31.8 %`, `1,527 customers` or `+8.5 pts`. */
export function formatValue(value: number | null, { unit, locale }: ValueFormat, style: ValueStyle = 'full'): string {
  if (value === null || !Number.isFinite(value)) return '–';
  if (unit === '%') return formatShare(value, locale, style);
  if (style === 'axis') return withUnit(shorten(value, locale), CURRENCY.test(unit) ? unit : '', value);
  const sign = style === 'change' ? 'exceptZero' : 'auto';
  const digits = decimalsOf(value, CURRENCY.test(unit));
  return withUnit(formatNumber(value, locale, { ...digits, signDisplay: sign }), unit, value);
}

/** A plain number in the words of the locale, with a real minus. */
export function formatNumber(value: number, locale: string, options: Intl.NumberFormatOptions = {}): string {
  return new Intl.NumberFormat(locale, { maximumFractionDigits: 2, ...options }).format(value).replace('-', '\u2212');
}

/** A share as per cent: a thin gap in English, none in Korean and Chinese. A change of a share is told in points. */
function formatShare(share: number, locale: string, style: ValueStyle): string {
  const digits =
    style === 'axis' ? { maximumFractionDigits: 1 } : { minimumFractionDigits: 1, maximumFractionDigits: 1 };
  const sign = style === 'change' ? 'exceptZero' : 'auto';
  const number = formatNumber(share * 100, locale, { ...digits, signDisplay: sign });
  if (style !== 'change') return `${number}${hasGap(locale) ? GAP : ''}%`;
  return hasGap(locale) ? `${number}${GAP}pts` : `${number}%p`;
}

function withUnit(number: string, unit: string, value: number): string {
  if (unit === '') return number;
  if (CURRENCY.test(unit)) return number.replace(/^([+\u2212]?)/, `$1${unit}`);
  return `${number} ${Math.abs(value) === 1 && /^[a-z]+s$/.test(unit) ? unit.slice(0, -1) : unit}`;
}

/** Money shows its small coins below a thousand; other numbers keep about three figures. */
function decimalsOf(value: number, isMoney: boolean): Intl.NumberFormatOptions {
  const size = Math.abs(value);
  if (isMoney && size < 1000) return { minimumFractionDigits: 2, maximumFractionDigits: 2 };
  if (Number.isInteger(value) || size >= 1000) return { maximumFractionDigits: 0 };
  return { maximumFractionDigits: size >= 100 ? 1 : size >= 1 ? 2 : 3 };
}

/** `1.2 M`, `40 k`; Korean and Chinese count by ten thousands, as their own short forms do. */
function shorten(value: number, locale: string): string {
  if (!hasGap(locale)) return formatNumber(value, locale, { notation: 'compact', maximumFractionDigits: 1 });
  const size = Math.abs(value);
  const [divisor, letter] = size >= 1e9 ? [1e9, 'bn'] : size >= 1e6 ? [1e6, 'M'] : size >= 1e4 ? [1e3, 'k'] : [1, ''];
  return formatNumber(value / divisor, locale, { maximumFractionDigits: 1 }) + (letter && GAP + letter);
}

function hasGap(locale: string): boolean {
  return !/^(ko|zh)/.test(locale);
}

/** A value apart from the words of its unit, for a large number with a small unit behind it. */
export function formatParts(value: number | null, format: ValueFormat): { number: string; unit: string } {
  if (format.unit === '%' || CURRENCY.test(format.unit)) return { number: formatValue(value, format), unit: '' };
  const number = formatValue(value, { ...format, unit: '' });
  const full = formatValue(value, format);
  return { number, unit: full.slice(number.length).trim() };
}
