import { computed } from 'vue';
import { useApprovals } from '@/api/approvals';
import { useOverview } from '@/api/overview';
import { usePipelines } from '@/api/pipelines';
import { usePlugins } from '@/api/plugins';

/** How many there are of what is cheap to count, by the entry of the bar. */
export function useNavCounts() {
  const { data: overview } = useOverview();
  const { data: pipelines } = usePipelines();
  const { data: plugins } = usePlugins();
  const { data: approvals } = useApprovals(true);
  return computed<Record<string, number | undefined>>(() => ({
    sources: overview.value?.collect.sources,
    metrics: overview.value?.understand.metrics,
    tags: overview.value?.understand.tags,
    experiments: overview.value?.operate.experiments,
    pipelines: pipelines.value?.length,
    approvals: approvals.value?.length,
    plugins: plugins.value?.length,
  }));
}
