import { formatNumber, formatValue } from '@/charts/format-value';
import type { MetricResult } from './verdict';

type Shown = Pick<MetricResult, 'percent' | 'unit'>;

const CURRENCY = /^\p{Sc}$/u;

/** A mean of an arm: a share as per cent, money with its sign, anything else as a plain number. */
export function meanText(mean: number | null, { percent, unit }: Shown, locale: string): string {
  return formatValue(mean, { unit: percent ? '%' : CURRENCY.test(unit) ? unit : '', locale });
}

/** A difference, with its sign: `+8.5 pts`, `−£57.18`. */
export function effectText(effect: number | null, { percent, unit }: Shown, locale: string): string {
  return formatValue(effect, { unit: percent ? '%' : CURRENCY.test(unit) ? unit : '', locale }, 'change');
}

/** An interval: `+2.3 to +14.8` in points, `−£4.10 to +£39.14` in money. @param join writes the two ends */
export function intervalText(
  interval: readonly [number, number] | null,
  { percent, unit }: Shown,
  locale: string,
  join: (low: string, high: string) => string,
): string {
  if (!interval) return '–';
  const end = (value: number) =>
    percent
      ? formatNumber(value * 100, locale, {
          minimumFractionDigits: 1,
          maximumFractionDigits: 1,
          signDisplay: 'exceptZero',
        })
      : effectText(value, { percent, unit }, locale);
  return join(end(interval[0]), end(interval[1]));
}
