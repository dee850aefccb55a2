import type { Rule } from '@pelton/contract';
import { refDebounced } from '@vueuse/core';
import { computed, type Ref } from 'vue';
import { useColumnValues } from '@/api/column-values';
import type { Suggestion } from '@/ui/suggestion';
import { useFormat } from '@/ui/use-format';
import type { ConditionField } from './edit-condition';

const LOOK_AFTER_MS = 250;
/** So many the server gives at most; then what is looked for may be among those that it did not give. */
const FULL = 50;

/** Values to choose from for a rule: those of the rows that last arrived, with how often each stands, else examples. */
export function useOfferedValues(field: Readonly<Ref<ConditionField>>, value: Readonly<Ref<Rule['value']>>) {
  const format = useFormat();
  const column = computed(() => {
    const { source, name, family } = field.value;
    return source && name && (family === 'text' || family === 'number') ? { ...source, column: name } : undefined;
  });
  const { data: most } = useColumnValues(column);
  const isFull = computed(() => (most.value?.length ?? 0) >= FULL);
  const typed = computed(() => (isFull.value && typeof value.value === 'string' ? value.value : ''));
  const search = refDebounced(typed, LOOK_AFTER_MS);
  const { data: found } = useColumnValues(() => (search.value ? column.value : undefined), search);
  return computed<Suggestion[]>(() => {
    const counted = column.value ? ((search.value ? found.value : undefined) ?? most.value ?? []) : [];
    if (counted.length === 0) return field.value.examples.map((example) => ({ value: example }));
    return counted.map((each) => ({ value: each.value, note: format.number(each.count) }));
  });
}
