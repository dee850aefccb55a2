/** The last day that is over in a time zone, such as `2026-11-19`. */
export function yesterdayIn(timezone: string, now: number): string {
  const today = new Intl.DateTimeFormat('en-CA', { timeZone: timezone, dateStyle: 'short' }).format(now);
  return new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
}
