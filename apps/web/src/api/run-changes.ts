import { isRunOver, type Run, type StepRun } from '@pelton/contract';
import { type MaybeRefOrGetter, onScopeDispose, ref, toValue, watch } from 'vue';
import { countRun, keepRun } from './runs';

/**
 * Follows a run while it runs: each change that the server sends is kept where `useRun` finds it. When it is over, rows that
 * it had no need to count are counted for who looks at it.
 * @param run the run to follow, as far as it is known
 * @returns whether the line to the server is lost; the browser goes on trying
 */
export function useRunChanges(run: MaybeRefOrGetter<Run | undefined>) {
  const isLost = ref(false);
  let source: EventSource | undefined;

  const stop = () => {
    source?.close();
    source = undefined;
    isLost.value = false;
  };

  const follow = (id: string) => {
    stop();
    source = new EventSource(`/api/runs/${encodeURIComponent(id)}/changes`);
    source.addEventListener('open', () => (isLost.value = false));
    source.addEventListener('error', () => (isLost.value = true));
    source.addEventListener('run', (event: MessageEvent<string>) => {
      const changed = keepRun(JSON.parse(event.data) as Run); // typed by the contract
      if (isRunOver(changed)) stop();
    });
  };

  watch(
    () => {
      const current = toValue(run);
      return current && !isRunOver(current) ? current.id : undefined;
    },
    (id) => (id === undefined ? stop() : follow(id)),
    { immediate: true },
  );
  watch(
    () => {
      const current = toValue(run);
      return current && isRunOver(current) && current.steps.some(isUncounted) ? current.id : undefined;
    },
    (id) => void (id && countRun(id).catch(() => undefined)), // the run is shown without counts then
    { immediate: true },
  );
  onScopeDispose(stop);
  return { isLost };
}

function isUncounted({ state, rows, seeded }: StepRun): boolean {
  return state === 'done' && !seeded && Object.keys(rows).length === 0;
}
