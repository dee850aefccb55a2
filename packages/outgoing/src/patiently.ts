import { setTimeout as pause } from 'node:timers/promises';
import type { Response } from 'undici';

const MOST_TRIES = 6;
const LONGEST_PAUSE_MS = 300_000;
const FIRST_PAUSE_MS = 500;

/**
 * Asks again while a server says that it is busy, after as long as it wants; else after half a second, then twice that
 * and so on.
 * @param isRead whether asking twice does no harm, so that a broken server may be asked again too
 * @returns the first answer that is none of these, or the last one
 */
export async function patiently(ask: () => Promise<Response>, isRead: boolean): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await ask();
    const waitMs = response.ok ? undefined : pauseMs(response, attempt, isRead);
    if (waitMs === undefined || attempt >= MOST_TRIES) return response;
    await response.body?.cancel();
    await pause(waitMs);
  }
}

/** How long to wait; undefined when the same would be refused again, or might be done twice. */
function pauseMs(response: Response, attempt: number, isRead: boolean): number | undefined {
  const isSafe = response.status === 429 || response.status === 503 || (isRead && response.status >= 500);
  if (!isSafe) return undefined;
  const header = response.headers.get('retry-after');
  const seconds = header === null ? Number.NaN : Number(header);
  const asked = Number.isNaN(seconds) ? Date.parse(header ?? '') - Date.now() : seconds * 1_000;
  const wanted = Number.isNaN(asked) ? FIRST_PAUSE_MS * 2 ** (attempt - 1) : asked;
  return Math.min(Math.max(wanted, 0), LONGEST_PAUSE_MS);
}
