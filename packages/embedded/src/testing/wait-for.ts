import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until a condition holds. @throws Error when it does not within the limit */
export async function waitFor<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = 60_000,
): Promise<NonNullable<T>> {
  for (const end = performance.now() + limitMs; performance.now() < end; await sleep(10)) {
    const found = await condition();
    if (found) return found;
  }
  throw new Error(`Waited ${limitMs} ms in vain until ${what}`);
}
