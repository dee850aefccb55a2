import { statfs } from 'node:fs/promises';
import type { ServiceHealth } from '@pelton/contract';

/** With less than this, databases begin to refuse what they should write. */
const LEAST_FREE_MB = 50;

/** Whether the disk of a folder still takes anything. Its path is not told: whoever asks need not be signed in. */
export async function diskHealth(folder: string): Promise<ServiceHealth> {
  const started = performance.now();
  const { bavail, bsize } = await statfs(folder);
  const ms = Math.round(performance.now() - started);
  if ((bavail * bsize) / 1024 ** 2 >= LEAST_FREE_MB) return { ok: true, ms };
  return {
    ok: false,
    ms,
    error: `the disk of the data folder has less than ${LEAST_FREE_MB} MB left; free some space`,
  };
}
