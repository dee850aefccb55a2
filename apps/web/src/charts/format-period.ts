import type { Grain } from '@pelton/contract';

const DAY_MS = 86_400_000;

/** Where a period is told: under an axis (`7 Nov`, `Nov`, the first with its year) or in full (`7 – 13 Nov 2026`). */
export type PeriodStyle = 'tick' | 'first' | 'title';

/** A period by its beginning, in the project's time zone. A week is told by its first and last day. */
export function formatPeriod(
  period: string,
  grain: Grain,
  style: PeriodStyle,
  { locale, timezone }: { locale: string; timezone: string },
): string {
  const language = locale === 'en' ? 'en-GB' : locale;
  const start = new Date(period);
  const write = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { ...options, timeZone: timezone });
  if (grain === 'month') {
    if (style === 'title') return write({ month: 'long', year: 'numeric' }).format(start);
    const hasYear = style === 'first' || monthOf(start, timezone) === 1;
    return write({ month: 'short', ...(hasYear && { year: 'numeric' }) }).format(start);
  }
  if (style !== 'title') return write({ day: 'numeric', month: 'short' }).format(start);
  const day = write({ day: 'numeric', month: 'short', year: 'numeric' });
  // Noon of the sixth day after, so that a change of the clock does not move it to another day.
  return grain === 'day' ? day.format(start) : day.formatRange(start, new Date(start.getTime() + 6.5 * DAY_MS));
}

function monthOf(instant: Date, timezone: string): number {
  return Number(new Intl.DateTimeFormat('en', { month: 'numeric', timeZone: timezone }).format(instant));
}
