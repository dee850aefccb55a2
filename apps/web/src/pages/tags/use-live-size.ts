import type { JsonSchema } from '@pelton/contract';
import { refDebounced } from '@vueuse/core';
import { computed, ref } from 'vue';
import { useTagPreview } from '@/api/tags';
import { fieldsOf } from '@/forms/field';
import { findProblems } from '@/forms/find-problems';
import { t } from '@/i18n';
import { useFormat } from '@/ui/use-format';
import { useDataEnd } from '../metrics/use-data-end';

const WAIT_MS = 500;
/** Data that ends longer ago than this is history, and a rule about the last days finds nothing sensible today. */
const HISTORY_MS = 7 * 86_400_000;

/** The size of a rule while it is written: asked for a moment after the last change, and only when nothing is missing. */
export function useLiveSize(rule: () => { template: string; params: JsonSchema; schema: JsonSchema }) {
  const dataEnd = useDataEnd();
  const format = useFormat();
  const chosen = ref<'end' | 'now'>();
  const isHistory = computed(() => dataEnd.value !== undefined && Date.now() - Date.parse(dataEnd.value) > HISTORY_MS);
  const asOf = computed<'end' | 'now'>({
    get: () => chosen.value ?? (isHistory.value ? 'end' : 'now'),
    set: (next) => (chosen.value = next),
  });
  const choices = computed(() => [
    ...(isHistory.value && dataEnd.value
      ? [{ value: 'end' as const, title: format.instant(dataEnd.value, 'date') }]
      : []),
    { value: 'now' as const, title: t('tags.now') },
  ]);

  const isIncomplete = computed(() => findProblems(fieldsOf(rule().schema), rule().params).length > 0);
  const wanted = computed(() => {
    const { template, params } = rule();
    return JSON.stringify({ template, params, ...(asOf.value === 'end' && { asOf: dataEnd.value }) });
  });
  const settled = refDebounced(wanted, WAIT_MS);
  const query = useTagPreview(
    () =>
      isIncomplete.value
        ? undefined
        : (JSON.parse(settled.value) as { template: string; params: JsonSchema; asOf?: string }), // written just above
  );

  return {
    preview: computed(() => (isIncomplete.value ? undefined : query.data.value)),
    error: computed(() => (isIncomplete.value ? null : query.error.value)),
    isFetching: computed(() => query.isFetching.value || settled.value !== wanted.value),
    isIncomplete,
    asOf,
    choices,
  };
}
