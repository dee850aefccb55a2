import type { Run } from '@pelton/contract';

/** How long a run took; null while it goes on. */
export function tookMs({ startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>): number | null {
  return finishedAt === null ? null : Date.parse(finishedAt) - Date.parse(startedAt);
}
