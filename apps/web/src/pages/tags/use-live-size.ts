import type { JsonSchema } from '@pelton/contract';
import { refDebounced } from '@vueuse/core';
import { computed } from 'vue';
import { useTagPreview } from '@/api/tags';
import { fieldsOf } from '@/forms/field';
import { findProblems } from '@/forms/find-problems';
import { useAsOf } from '@/ui/use-as-of';

const WAIT_MS = 500;

/** The size of a rule while it is written: asked for a moment after the last change, and only when nothing is missing. */
export function useLiveSize(rule: () => { template: string; params: JsonSchema; schema: JsonSchema }) {
  const { choice, choices, asOf } = useAsOf();
  const isIncomplete = computed(() => findProblems(fieldsOf(rule().schema), rule().params).length > 0);
  const wanted = computed(() => {
    const { template, params } = rule();
    return JSON.stringify({ template, params, asOf: asOf.value });
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
    choice,
    choices,
  };
}
