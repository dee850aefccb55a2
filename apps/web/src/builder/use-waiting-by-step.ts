import type { WaitingStep } from '@pelton/contract';
import { computed, type Ref } from 'vue';
import { useWaiting } from '@/api/waiting';
import type { StepView } from './step-view';

/** Who waits at a step now, and whether the pipeline holds them. */
export type WaitingHere = WaitingStep & { isHeld: boolean };

/** Who waits at which step now; nobody is asked for where no step keeps users, or while a past run is shown. */
export function useWaitingByStep(pipeline: string, views: Readonly<Ref<StepView[]>>, isReplay: () => boolean) {
  const isWanted = () => !isReplay() && views.value.some(({ type }) => type?.role === 'control');
  const { data } = useWaiting(pipeline, isWanted);
  return computed<ReadonlyMap<string, WaitingHere>>(() => {
    const { steps = [], isHeld = false } = isWanted() ? (data.value ?? {}) : {};
    return new Map(steps.map((here) => [here.step, { ...here, isHeld }]));
  });
}
