import { setTimeout as pause } from 'node:timers/promises';

/** Looks until there is something; fails after a while with what was waited for. */
export async function waitFor<T>(
  look: () => Promise<T | false | undefined>,
  options: { mostMs?: number; what?: string } = {},
): Promise<T> {
  const { mostMs = 90_000, what = 'a condition' } = options;
  const end = Date.now() + mostMs;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${mostMs} ms for ${what} in vain`);
    await pause(50);
  }
}
