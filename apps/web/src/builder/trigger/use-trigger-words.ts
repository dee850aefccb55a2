import type { Trigger } from '@pelton/contract';
import { useMetrics } from '@/api/metrics';
import { usePipelines } from '@/api/pipelines';
import { locale, t } from '@/i18n';
import { fromCron } from '@/pages/syncs/cron-choice';

const SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;

/** Triggers in words, with the titles of what they name. */
export function useTriggerWords() {
  const { data: pipelines } = usePipelines();
  const { data: metrics } = useMetrics();
  const titleIn = (list: readonly { name: string; title: string }[] | undefined, wanted: string) =>
    list?.find(({ name }) => name === wanted)?.title ?? wanted;

  function times(cron: string): string {
    const { rhythm, hour, weekday } = fromCron(cron);
    const time = `${String(hour).padStart(2, '0')}:00`;
    switch (rhythm) {
      case 'daily':
        return t('triggers.daily', { time });
      case 'weekly': {
        const format = new Intl.DateTimeFormat(locale.value, { weekday: 'long', timeZone: 'UTC' });
        return t('triggers.weekly', { day: format.format(SUNDAY + weekday * DAY_MS), time });
      }
      case 'quarter':
      case 'hourly':
        return t(`syncs.rhythms.${rhythm}`);
      case 'manual':
      case 'custom':
        return cron;
    }
  }

  function short(trigger: Trigger | undefined): string {
    switch (trigger?.kind) {
      case undefined:
        return t('triggers.kinds.manual');
      case 'schedule':
        return times(trigger.cron);
      case 'event':
        return t('triggers.onEvent', { event: trigger.event });
      case 'webhook':
        return t('triggers.kinds.webhook');
      case 'after':
        return t('triggers.afterPipeline', { pipeline: titleIn(pipelines.value, trigger.pipeline) });
      case 'alert':
        return t('triggers.onAlert', { metric: titleIn(metrics.value, trigger.metric) });
    }
  }

  return { short };
}
