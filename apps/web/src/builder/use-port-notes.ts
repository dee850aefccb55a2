import { computed, type ComputedRef, type Ref, ref } from 'vue';
import { useFormat } from '@/ui/use-format';
import type { CountStyle } from './count-style';
import type { PortRef } from './graph/edit-graph';
import type { StepView } from './step-view';

/** How many rows the last run gave at each output port, or which share of all that the step gave. */
export function usePortNotes(
  views: Readonly<Ref<StepView[]>>,
  style: Readonly<Ref<CountStyle>> = ref('number'),
): ComputedRef<(ref: PortRef) => string> {
  const format = useFormat();
  const rows = computed(() => new Map(views.value.map(({ id, run }) => [id, run?.rows])));
  return computed(() => ({ step, port }: PortRef) => {
    const ports = rows.value.get(step);
    const count = ports?.[port];
    if (count === undefined) return '';
    const total = Object.values(ports ?? {}).reduce((sum, each) => sum + each, 0);
    return style.value === 'share' && total > 0 ? format.percent(count / total) : format.number(count);
  });
}
