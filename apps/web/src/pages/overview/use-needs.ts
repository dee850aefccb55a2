import type { Connection, Experiment, Overview, Plugin, RunSummary } from '@pelton/contract';
import { computed } from 'vue';
import { useConnections } from '@/api/connections';
import { useExperiments } from '@/api/experiments';
import { usePlugins } from '@/api/plugins';
import { findNeeds } from './find-needs';

/** What waits for a person, from all that the page knows anyway. */
export function useNeeds(overview: () => Overview) {
  const { data: connections } = useConnections();
  const { data: plugins } = usePlugins();
  const { data: experiments } = useExperiments();
  return computed(() =>
    findNeeds({
      runs: overview().runs satisfies RunSummary[],
      connections: (connections.value ?? []) satisfies Connection[],
      plugins: (plugins.value ?? []) satisfies Plugin[],
      experiments: (experiments.value ?? []) satisfies Experiment[],
    }),
  );
}
