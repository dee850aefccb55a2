import type { Grain } from '@pelton/contract';
import { useTimezone } from '@/api/session';
import { locale } from '@/i18n';
import { formatPeriod, type PeriodStyle } from './format-period';
import { formatParts, formatValue, type ValueStyle } from './format-value';

/** Writes values and periods in the page's language and the project's time zone. */
export function useValueFormat() {
  const timezone = useTimezone();
  return {
    value: (value: number | null, unit: string, style?: ValueStyle) =>
      formatValue(value, { unit, locale: locale.value }, style),
    parts: (value: number | null, unit: string) => formatParts(value, { unit, locale: locale.value }),
    period: (period: string, grain: Grain, style: PeriodStyle) =>
      formatPeriod(period, grain, style, { locale: locale.value, timezone: timezone.value }),
  };
}
