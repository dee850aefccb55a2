/** Names of the events that a metric's parameters speak of, such as `event`, `outOfEvent` or `returnEvent`; each once. */
export function eventsOf(params: Record<string, unknown>): string[] {
  const named = Object.entries(params)
    .filter(([name, value]) => /event$/i.test(name) && typeof value === 'string' && value !== '')
    .map(([, value]) => String(value));
  return [...new Set(named)];
}
