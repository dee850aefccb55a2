import { computed, type ComputedRef, type Ref } from 'vue';
import { useFormat } from '@/ui/use-format';
import type { PortRef } from './graph/edit-graph';
import type { StepView } from './step-view';

/** How many rows the last run gave at each output port. */
export function usePortNotes(views: Readonly<Ref<StepView[]>>): ComputedRef<(ref: PortRef) => string> {
  const format = useFormat();
  const rows = computed(() => new Map(views.value.map(({ id, run }) => [id, run?.rows])));
  return computed(() => ({ step, port }: PortRef) => {
    const count = rows.value.get(step)?.[port];
    return count === undefined ? '' : format.number(count);
  });
}
