import type { Sync } from '@pelton/contract';
import { watch } from 'vue';
import { refresh } from '@/api/query';
import { isOver } from '@/api/syncs';

/** Asks for datasets and histories anew when a run of one of these syncs is over. */
export function useFreshDatasets(syncs: () => readonly Sync[]): void {
  watch(
    () =>
      syncs()
        .flatMap(({ lastRun }) => (lastRun && isOver(lastRun) ? lastRun.id : []))
        .join(' '),
    () => void refresh('datasets', 'syncs'),
  );
}
