import { computed, ref } from 'vue';
import { useDataEnd } from '@/api/data-end';
import { t } from '@/i18n';
import { useFormat } from './use-format';

/** Data that ends longer ago than this is history: a window of the last days finds nothing sensible in it today. */
const HISTORY_MS = 7 * 86_400_000;

/** Up to when a page looks: now, or, where the data is history, its end unless somebody chooses otherwise. */
export function useAsOf() {
  const dataEnd = useDataEnd();
  const format = useFormat();
  const chosen = ref<'end' | 'now'>();
  const end = computed(() =>
    dataEnd.value !== undefined && Date.now() - Date.parse(dataEnd.value) > HISTORY_MS ? dataEnd.value : undefined,
  );
  const choice = computed<'end' | 'now'>({
    get: () => chosen.value ?? (end.value ? 'end' : 'now'),
    set: (next) => (chosen.value = next),
  });
  return {
    choice,
    /** More than one only where there is something to choose. */
    choices: computed(() => [
      ...(end.value ? [{ value: 'end' as const, title: format.instant(end.value, 'date') }] : []),
      { value: 'now' as const, title: t('charts.now') },
    ]),
    /** What to ask the server for; undefined is now. */
    asOf: computed(() => (choice.value === 'end' ? end.value : undefined)),
    /** False while it is not known yet where the data ends. */
    isKnown: computed(() => dataEnd.value !== undefined),
  };
}
