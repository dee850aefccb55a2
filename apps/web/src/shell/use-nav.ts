import { isAllowed } from '@pelton/contract';
import { computed } from 'vue';
import { useRoute } from 'vue-router';
import { useApprovals } from '@/api/approvals';
import { useOverview } from '@/api/overview';
import { usePipelines } from '@/api/pipelines';
import { usePlugins } from '@/api/plugins';
import { useSession } from '@/api/session';
import { groups } from './nav';

/** The groups that the member may see, the entry that is marked, and how many there are of what is cheap to count. */
export function useNav() {
  const route = useRoute();
  const { data: session } = useSession();
  const { data: overview } = useOverview();
  const { data: pipelines } = usePipelines();
  const { data: plugins } = usePlugins();
  const { data: approvals } = useApprovals(true);

  const visible = computed(() =>
    groups
      .map((group) => ({
        ...group,
        items: group.items.filter(({ needs }) => !needs || isAllowed(session.value?.member.role ?? 'viewer', needs)),
      }))
      .filter((group) => group.items.length > 0),
  );
  const current = computed(() => route.meta.nav ?? String(route.name ?? ''));
  const counts = computed<Record<string, number | undefined>>(() => ({
    sources: overview.value?.collect.sources,
    metrics: overview.value?.understand.metrics,
    tags: overview.value?.understand.tags,
    experiments: overview.value?.operate.experiments,
    pipelines: pipelines.value?.length,
    approvals: approvals.value?.length,
    plugins: plugins.value?.length,
  }));
  return { groups: visible, current, counts };
}
