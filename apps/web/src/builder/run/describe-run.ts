import type { Run } from '@pelton/contract';
import { t } from '@/i18n';

/** A run in a few words, and the step that failed first. */
export function describeRun(run: Pick<Run, 'state' | 'steps'>): { headline: string; failedId: string | undefined } {
  const failed = run.steps.filter((step) => step.state === 'failed');
  const done = run.steps.filter((step) => step.state === 'done');
  const of = run.steps.length;
  const failedId = failed[0]?.id;
  if (failed.length > 0) return { headline: t('run.nFailed', { count: failed.length, of }), failedId };
  if (run.state === 'running') return { headline: t('run.nDone', { count: done.length, of }), failedId };
  return { headline: t(`states.${run.state}`), failedId };
}
