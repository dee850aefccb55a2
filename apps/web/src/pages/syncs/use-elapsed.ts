import type { SyncRun } from '@pelton/contract';
import { useNow } from '@vueuse/core';
import { computed } from 'vue';
import { useFormat } from '@/ui/use-format';

/** How long a run takes already, in whole seconds; moves on by itself. */
export function useElapsed(run: () => Pick<SyncRun, 'startedAt'>) {
  const format = useFormat();
  const now = useNow({ interval: 1_000 });
  return computed(() => {
    const { startedAt } = run();
    const ms = startedAt ? Math.max(0, now.value.getTime() - Date.parse(startedAt)) : 0;
    return format.duration(Math.floor(ms / 1_000) * 1_000);
  });
}
