import { useNow } from '@vueuse/core';
import { useTimezone } from '@/api/session';
import { locale } from '@/i18n';
import {
  formatBytes,
  formatCompact,
  formatDuration,
  formatInstant,
  formatNumber,
  formatPercent,
  formatRelative,
  formatUnit,
  type InstantStyle,
} from './format';

/** Writes numbers and instants in the page's language and the project's time zone. */
export function useFormat() {
  const timezone = useTimezone();
  return {
    number: (value: number, digits?: number) => formatNumber(value, locale.value, digits),
    compact: (value: number) => formatCompact(value, locale.value),
    percent: (share: number, digits?: number) => formatPercent(share, locale.value, digits),
    unit: (value: number, unit: string) => formatUnit(value, unit, locale.value),
    duration: (ms: number) => formatDuration(ms, locale.value),
    bytes: (bytes: number) => formatBytes(bytes, locale.value),
    /** In the project's time zone. */
    instant: (value: string | number, style: InstantStyle = 'dateTime') =>
      formatInstant(value, style, locale.value, timezone.value),
    /** The clock on the wall of whoever looks. */
    clock: (value: string | number) => formatInstant(value, 'time', locale.value),
  };
}

/** Such as `5 min ago`; moves on by itself. */
export function useRelative() {
  const now = useNow({ interval: 30_000 });
  return (value: string | number) => formatRelative(value, Math.max(now.value.getTime(), Date.now()), locale.value);
}
